using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Tables;
using Hawser.Linux;
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
    Hawser.Apply.Host? _host;

    public void Dispose()
    {
        _host?.Dispose();
        Directory.Delete(_folder, recursive: true);
        _log.Dispose();
    }

    (IntentStore Store, StaleIntent Stale) Start()
    {
        var store = IntentStore.Load(new StateFolders(Path.Combine(_folder, "state"), Path.Combine(_folder, "run")), _log);
        var replica = new OvsdbReplica(new OvsdbReplicaOptions
        {
            Database = Vswitch.Database,
            Endpoints = [OvsdbEndpoint.Parse("unix:/nowhere/db.sock")],
            Tables = Vswitch.Monitors,
        });
        var links = new LinkTable();
        _host = new Hawser.Apply.Host(
            replica, "", new OvnCentral(replica, new OvnOverrides([], null), _log), store, new LinkReaper(links, _log, _clock), links, "", new NamespaceDoor(""), _log);
        return (store, new StaleIntent(store, new Converger(store, _host, _log, _clock), new PortBook(_log), _log, _clock));
    }

    [Fact]
    public void What_the_operator_asked_for_stays_though_Docker_does_not_know_it()
    {
        var theirs = Network with { Id = new NetworkId("theirs"), Owner = IntentOwner.Operator };
        var attached = new EndpointRecord { Id = new EndpointId("attached"), Network = theirs.Id, Owner = IntentOwner.Operator, Phase = EndpointPhase.Plugged };
        var (store, stale) = Start();
        store.Put(_ => Network);
        store.Put(_ => theirs);
        store.Put(_ => attached);
        store.Put(_ => attached with { Id = new EndpointId("e"), Owner = IntentOwner.Docker });

        stale.Remove(Nothing);
        _clock.Advance(TimeSpan.FromSeconds(20));
        stale.Remove(Nothing);

        store.Current.Networks.Values.Where(n => !n.IsRemoving).ShouldBe([theirs]);
        store.Current.Endpoints.Values.Where(e => e.Phase != EndpointPhase.Removing).ShouldBe([attached]);
    }

    [Fact]
    public void An_endpoint_of_the_operators_goes_with_its_network()
    {
        var (store, stale) = Start();
        store.Put(_ => Network);
        store.Put(_ => new EndpointRecord { Id = new EndpointId("attached"), Network = Network.Id, Owner = IntentOwner.Operator });

        stale.Remove(Network.Id);

        store.Current.Endpoints.Values.ShouldHaveSingleItem().Phase.ShouldBe(EndpointPhase.Removing);
    }

    [Fact]
    public void The_operators_networks_do_not_make_those_of_Docker_look_few()
    {
        var (store, stale) = Start();
        foreach (var n in Enumerable.Range(0, 6)) store.Put(_ => Network with { Id = new NetworkId($"n{n}") });
        foreach (var n in Enumerable.Range(0, 30)) store.Put(_ => Network with { Id = new NetworkId($"o{n}"), Owner = IntentOwner.Operator });

        stale.Remove(Nothing);
        _clock.Advance(TimeSpan.FromSeconds(20));
        stale.Remove(Nothing);

        stale.HeldBack.Count.ShouldBe(6);
        store.Current.Networks.Values.ShouldAllBe(n => !n.IsRemoving);
    }

    [Fact]
    public void A_network_whose_file_cannot_be_written_is_told_of_once_and_tried_again()
    {
        var (store, stale) = Start();
        store.Put(_ => Network);
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
