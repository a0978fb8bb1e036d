using System.Globalization;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>Writes a plan down as a person would, a line for each row or link. A row that belongs into another stands below it.</summary>
public static class DesiredText
{
    static readonly string[] HiddenKeys = [Marks.InstanceKey, Marks.UnitKey, Marks.HostKey, Marks.MadeKey, Marks.NameKey];

    /// <summary>All that must exist for a unit.</summary>
    public static IEnumerable<string> Lines(DesiredUnit plan)
    {
        if (plan.Refusal is { } refusal) yield return $"refused: {refusal}";
        if (plan.Share is { } share) yield return Line(share);
        foreach (var claim in plan.Claims) yield return $"no other port of switch {claim.Switch} has {claim.Address}";
        foreach (var line in plan.Northbound.Concat(plan.Vswitch).SelectMany(Lines)) yield return line;
        if (plan.Veth is { } veth) yield return Line(veth);
        foreach (var line in plan.Attachment is { } attachment ? Lines(attachment) : []) yield return line;
        foreach (var gateway in plan.Gateways) yield return Line(gateway);
        foreach (var uplink in plan.Uplinks) yield return $"{uplink} is up";
        foreach (var bound in plan.Awaits.Where(a => a.LogicalPort is not null))
            yield return $"ovn-controller has bound {bound.LogicalPort} to {bound.Name}";
        if (plan.AwaitsUp is { } port) yield return $"port {port.Name} is up in {port.Parent}";
    }

    static IEnumerable<string> Lines(RowPlacement placement) =>
        Lines(placement.Row, "  ").Prepend(placement.Parent is null ? "root:" : $"{placement.Parent} {placement.Column}:");

    static IEnumerable<string> Lines(RowSpec row, string indent) =>
    [
        $"{indent}{row.Key} {string.Join(' ', Columns(row))}".TrimEnd(),
        .. row.Dropped.Select(d => $"{indent}  no {d.Column} {d.Row.Value}"),
        .. row.References.SelectMany(r => Lines(r.Row, indent + "  ")),
    ];

    // Every row has marks. Those that say whose it is say nothing about the plan.
    static IEnumerable<string> Columns(RowSpec row) =>
    [
        .. row.Columns.Select(c => $"{c.Key}={c.Value}"),
        .. from map in row.Entries
           from entry in map.Value
           where map.Key != Marks.ExternalIds || !HiddenKeys.Contains(entry.Key)
           select $"{map.Key}:{entry.Key}={entry.Value}",
    ];

    static string Line(DesiredShare share) =>
        $"{share.Row.Key}, shared: {string.Join(' ', share.Keys.Select(k => $"{k.Key}={k.Value}"))}";

    static string Line(DesiredVeth veth) =>
        Pair(veth.HostEnd, veth.ContainerEnd, veth.Mac, veth.Mtu, veth.ChecksumInSoftware) + (veth.MayBeMade ? "" : ", not to be made");

    static IEnumerable<string> Lines(DesiredAttachment wanted)
    {
        var options = wanted.Options;
        yield return Pair(wanted.HostEnd, options.Link, wanted.Mac, wanted.Mtu, wanted.ChecksumInSoftware) + $", in {wanted.Sandbox}";
        if (!options.Addresses.IsEmpty) yield return $"{options.Link} holds [{string.Join(", ", options.Addresses)}]";
        foreach (var gateway in options.Gateways) yield return $"{options.Link} leads to default via {gateway}";
        foreach (var route in options.Routes) yield return $"{options.Link} leads to {route.Destination} via {route.Gateway}";
    }

    static string Pair(string hostEnd, string containerEnd, MacAddress mac, int? mtu, bool checksumInSoftware)
    {
        var bytes = mtu?.ToString(CultureInfo.InvariantCulture) ?? "default";
        return $"veth {hostEnd} - {containerEnd} {mac} mtu {bytes}{(checksumInSoftware ? ", checksums in software" : "")}";
    }

    static string Line(DesiredGateway gateway)
    {
        var absent = gateway.Absent.IsEmpty ? "" : $" and no longer [{string.Join(", ", gateway.Absent)}]";
        return $"{gateway.Link} holds [{string.Join(", ", gateway.Present)}]{absent}";
    }
}
