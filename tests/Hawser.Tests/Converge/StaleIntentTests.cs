using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Tables;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;
using Hawser.Tests.Protocol;
using Hawser.Witness;

namespace Hawser.Tests.Converge;

/// <summary>What Docker no longer knows, where it cannot be forgotten.</summary>
public sealed class StaleIntentTests : IDisposable
{
    static readonly NetworkRecord Network = new() { Id = new NetworkId("n"), Options = new NetworkOptions() };
    static readonly LivingThings Nothing = new([], []);

    readonly string _folder = Directory.CreateTempSubdirectory("hawser-stale-").FullName;
    readonly LogLines _log = new();
    readonly SteppedClock _clock = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _log.Dispose();
    }

    [Fact]
    public void A_network_whose_file_cannot_be_written_is_told_of_once_and_tried_again()
    {
        var store = IntentStore.Load(new StateFolders(Path.Combine(_folder, "state"), Path.Combine(_folder, "run")), _log);
        store.Put(_ => Network);
        var replica = new OvsdbReplica(new OvsdbReplicaOptions
        {
            Database = Vswitch.Database,
            Endpoints = [OvsdbEndpoint.Parse("unix:/nowhere/db.sock")],
            Tables = Vswitch.Monitors,
        });
        var links = new LinkTable();
        using var host = new Hawser.Apply.Host(
            replica, "", new OvnCentral(replica, new OvnOverrides([], null), _log), store, new LinkReaper(links, _log, _clock), links, "", _log);
        var stale = new StaleIntent(store, new Converger(store, host, _log, _clock), new PortBook(_log), _log, _clock);
        // As on a full disk.
        var unfinished = Path.Combine(_folder, "state", "networks", "n.json.new");
        Directory.CreateDirectory(unfinished);

        stale.Remove(Nothing);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            stale.Remove(Nothing);
        }

        store.Current.Networks[Network.Id].IsRemoving.ShouldBeFalse();
        _log.Failures.ShouldHaveSingleItem().ShouldContain("n.json cannot be written");
        Directory.Delete(unfinished);
        stale.Remove(Nothing);
        store.Current.Networks[Network.Id].IsRemoving.ShouldBeTrue();
    }
}
