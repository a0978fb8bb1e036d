using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Core;

/// <summary>Open vSwitch's database with ports of one bridge.</summary>
static class UserspaceVswitch
{
    static readonly Snapshot Nothing = Snapshot.Empty(DatabaseSchema.Parse(File.ReadAllText(OvsdbServer.VswitchSchema)));

    public static Snapshot Of(string datapath, params (string Name, string Type, Datum Tag)[] ports)
    {
        var snapshot = Nothing;
        var rows = new List<Guid>();
        foreach (var (name, type, tag) in ports)
        {
            var (port, end) = (Guid.NewGuid(), Guid.NewGuid());
            rows.Add(port);
            snapshot = snapshot
                .Put(Vswitch.Interface, end, [new("name", Datum.Of(name)), new("type", Datum.Of(type))])
                .Put(Vswitch.Port, port, [new("name", Datum.Of(name)), new("interfaces", Datum.Of(end)), new("tag", tag)]);
        }
        return WithBridge(snapshot, datapath, rows);
    }

    public static Snapshot OfTunnel(string datapath, string peer, long? ofPort = 5, string? chassis = "two@198.51.100.7")
    {
        var (port, end) = (Guid.NewGuid(), Guid.NewGuid());
        var snapshot = Nothing
            .Put(Vswitch.Interface, end,
            [
                new("name", Datum.Of("ovn-two-0")), new("type", Datum.Of("geneve")),
                new("ofport", ofPort is { } number ? Datum.Of(number) : Datum.Empty),
                new("options", Datum.StringMap([new("remote_ip", peer)])),
            ])
            .Put(Vswitch.Port, port,
            [
                new("interfaces", Datum.Of(end)),
                new("external_ids", chassis is null ? Datum.EmptyMap : Datum.StringMap([new("ovn-chassis-id", chassis)])),
            ]);
        return WithBridge(snapshot, datapath, [port]);
    }

    static Snapshot WithBridge(Snapshot snapshot, string datapath, List<Guid> ports) => snapshot.Put(Vswitch.Bridge, Guid.NewGuid(),
    [
        new("name", Datum.Of("br-phy")), new("ports", Datum.Set(ports.Select(p => (Atom)p))), new("datapath_type", Datum.Of(datapath)),
    ]);
}
