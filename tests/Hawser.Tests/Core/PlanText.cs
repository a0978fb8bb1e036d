using System.Globalization;
using System.Text;
using Hawser.Core.Plan;
using Hawser.Ovsdb.Sync;

namespace Hawser.Tests.Core;

/// <summary>A plan as a person would write it down.</summary>
static class PlanText
{
    public static string Of(DesiredUnit? plan)
    {
        if (plan is null) return "nothing\n";
        var text = new StringBuilder();
        if (plan.Router is { } router)
        {
            text.Append(CultureInfo.InvariantCulture, $"router {router.Vrf} [{string.Join(", ", router.Shares.Select(s => $"{s.Key}={s.Value}"))}]\n");
            foreach (var placement in LogicalRouterPlan.SharedRows(router.Vrf).Concat(LogicalRouterPlan.GatewayRows(router, place: 3, new("abcd")))) Write(text, placement);
        }
        if (plan.Switch is { } shared)
        {
            text.Append(CultureInfo.InvariantCulture, $"switch {shared.Name} [{string.Join(", ", shared.Shares.Select(s => $"{s.Key}={s.Value}"))}]\n");
            foreach (var placement in LogicalRouterPlan.SwitchRows(shared)) Write(text, placement);
        }
        if (plan.SwitchPort is { } port)
            text.Append(CultureInfo.InvariantCulture, $"port {port.Name} of switch {port.Switch}: {port.Addresses}{(port.HasPortSecurity ? ", secured" : "")}, {string.Join(" ", port.Options.Concat(port.ExternalIds).Select(o => $"{o.Key}={o.Value}"))}\n");
        foreach (var placement in plan.PublishedRows.Concat(plan.Rows)) Write(text, placement);
        if (plan.Veth is { } veth)
            text.Append(CultureInfo.InvariantCulture, $"veth {veth.HostEnd} - {veth.ContainerEnd} {veth.Mac} mtu {veth.Mtu?.ToString(CultureInfo.InvariantCulture) ?? "default"}{(veth.ChecksumInSoftware ? ", checksums in software" : "")}{(veth.MayBeMade ? "" : ", not to be made")}\n");
        foreach (var gateway in plan.Gateways)
            text.Append(CultureInfo.InvariantCulture, $"{gateway.Link} holds [{string.Join(", ", gateway.Present)}]{(gateway.Absent.IsEmpty ? "" : $" and no longer [{string.Join(", ", gateway.Absent)}]")}\n");
        foreach (var uplink in plan.Uplinks) text.Append(CultureInfo.InvariantCulture, $"{uplink} is up\n");
        return text.ToString();
    }

    static void Write(StringBuilder text, RowPlacement placement)
    {
        text.Append(CultureInfo.InvariantCulture, $"{(placement.Parent is null ? "root" : $"{placement.Parent} {placement.Column}")}:\n");
        Write(text, placement.Row, "  ");
    }

    static void Write(StringBuilder text, RowSpec row, string indent)
    {
        var columns = row.Columns.Select(c => $"{c.Key}={c.Value}")
            .Concat(row.Entries.SelectMany(map => map.Value.Select(e => $"{map.Key}:{e.Key}={e.Value}")))
            // Every row has the marks; a test of its own looks at them.
            .Where(c => !c.StartsWith("external_ids:hawser-", StringComparison.Ordinal));
        text.Append($"{indent}{row.Key} {string.Join(' ', columns)}".TrimEnd()).Append('\n');
        foreach (var (column, key) in row.Dropped) text.Append(CultureInfo.InvariantCulture, $"{indent}  no {column} {key.Value}\n");
        foreach (var reference in row.References) Write(text, reference.Row, indent + "  ");
    }
}
