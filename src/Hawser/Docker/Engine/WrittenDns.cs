using System.Collections.Immutable;
using System.Net;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Docker.Engine;

/// <summary>
/// What Hawser wrote into daemon.json as "dns". It is kept in <c>external_ids</c> of table Open_vSwitch, because Hawser does
/// not replace what somebody else wrote, and because the host's own servers may be others later.
/// </summary>
/// <param name="Servers">The servers.</param>
/// <param name="AreHosts">Whether they were the host's own; otherwise they were given.</param>
sealed record WrittenDns(ImmutableArray<IPAddress> Servers, bool AreHosts)
{
    /// <summary>The key in external_ids.</summary>
    public const string Key = "hawser-docker-dns";

    const string Host = "host:";
    const string Given = "given:";

    /// <summary>The value in external_ids.</summary>
    public string Value => (AreHosts ? Host : Given) + string.Join(',', Servers);

    /// <summary>Reads it; null if nothing was written, or if it is not understood.</summary>
    public static WrittenDns? Read(Snapshot vswitch) =>
        vswitch[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is { } root && root.TryGet(Marks.ExternalIds, out var ids)
            ? Parse(ids.StringValue(Key))
            : null;

    /// <summary>Reads a value of external_ids.</summary>
    public static WrittenDns? Parse(string? value)
    {
        var areHosts = value?.StartsWith(Host, StringComparison.Ordinal) == true;
        if (!areHosts && value?.StartsWith(Given, StringComparison.Ordinal) != true) return null;
        var servers = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var text in value![(areHosts ? Host : Given).Length..].Split(','))
        {
            if (!IPAddress.TryParse(text, out var server)) return null;
            servers.Add(server);
        }
        return new(servers.DrainToImmutable(), areHosts);
    }
}
