using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.State;
using Hawser.Tests.Protocol;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Converge;

/// <summary>
/// A host whose records, rows, rules and links an earlier version made, while containers ran: this version finds everything as it
/// would have made it itself. `lab/upgrade` wrote the fixtures, and shows by traffic that a takeover loses no packet.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    const string Host = "one";

    static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "upgrade");

    readonly string _folder = Directory.CreateTempSubdirectory("hawser-upgrade-").FullName;
    readonly LogLines _log = new();

    public static TheoryData<string> Versions => [.. Directory.EnumerateDirectories(Fixtures).Select(folder => Path.GetFileName(folder))];

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _log.Dispose();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_an_earlier_version_made_is_as_this_one_would_make_it(string version)
    {
        var store = Load(version);
        await using var vswitch = await OvsdbServer.RestoreAsync(Path.Combine(Fixtures, version, "vswitch.db"));
        await using var northbound = await OvsdbServer.RestoreAsync(Path.Combine(Fixtures, version, "northbound.db"));
        await using var local = await RunningReplica.StartAsync(new() { Database = Vswitch.Database, Endpoints = [vswitch.Unix], Tables = Vswitch.Monitors });
        await using var shared = await RunningReplica.StartAsync(
            new() { Database = Northbound.Database, Endpoints = [northbound.Unix], Tables = Northbound.Monitors(Host) });
        var (rows, sharedRows) = (local.Replica.Current!, shared.Replica.Current!);
        var links = Links(version);
        var facts = new HostFacts { Instance = store.Instance, DockerLookalikes = [.. links.Keys.Where(Names.LooksLikeDockersBridge).Order(StringComparer.Ordinal)] };
        var context = new RoundContext(store.Current, facts.With(rows), new NorthboundView(sharedRows));
        var units = Planner.Units(store.Current).ToHashSet();
        PlannedUnit[] planned = [.. units.Select(u => context.Plan(u))];

        context.Facts.Ovn.Chassis.ShouldBe(Host);
        new VswitchApplier(local.Replica, reason => reason ?? "", store.Instance, _log).Differences(planned, context).ShouldBeEmpty();
        var changes = NorthboundChanges.Of(planned, context.Leaving, sharedRows, Host, store.Instance, []);
        changes.Differences.ShouldBeEmpty();
        changes.Refused.ShouldBeEmpty();
        changes.Transaction.ToString().ShouldBeEmpty();

        Surplus.Find(rows, null, [], units).ShouldBeEmpty();
        Surplus.OfHost(sharedRows, Host).Where(thing => !units.Contains(thing.Unit)).ShouldBeEmpty();
        links.Values.Select(Names.ParseAlias).Where(mark => mark is not null).ShouldAllBe(mark => mark!.Value.Instance == store.Instance && units.Contains(mark.Value.Unit));
        store.Current.Endpoints.Keys.ShouldAllBe(id => links.ContainsKey(Names.HostEnd(id)));
        foreach (var (family, file) in new[] { (AddressFamily.InterNetwork, "iptables"), (AddressFamily.InterNetworkV6, "ip6tables") })
        {
            var found = FirewallFound.Parse(File.ReadAllText(Path.Combine(Fixtures, version, file)), Names.ChainPrefix);
            found.Differences(FirewallPlan.For(store.Current, context.Facts, family)).ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Its_records_are_read_whole_and_written_as_they_were(string version)
    {
        var store = Load(version);
        var files = Directory.EnumerateFiles(_folder, "*.json", SearchOption.AllDirectories).ToDictionary(file => file, Read);

        foreach (var network in store.Current.Networks.Values.ToList())
        {
            store.Change(network.Id, n => n with { Name = "another" });
            store.Change(network.Id, _ => network);
        }
        foreach (var endpoint in store.Current.Endpoints.Values.ToList())
        {
            store.Change(endpoint.Id, e => e with { Container = "another" });
            store.Change(endpoint.Id, _ => endpoint);
        }

        files.Count.ShouldBe(store.Current.Networks.Count + store.Current.Endpoints.Count);
        foreach (var (file, before) in files) Read(file).ToJsonString().ShouldBe(before.ToJsonString());

        static JsonObject Read(string file)
        {
            var record = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            // 0.1.0 wrote what can be computed, too.
            record.Remove("units");
            record.Remove("gatewaySubnets");
            return record;
        }
    }

    IntentStore Load(string version)
    {
        foreach (var folder in new[] { "state", "run" }) Copy(Path.Combine(Fixtures, version, folder), Path.Combine(_folder, folder));
        var store = IntentStore.Load(new StateFolders(Path.Combine(_folder, "state"), Path.Combine(_folder, "run")), _log);
        store.IsComplete.ShouldBeTrue();
        return store;
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // The names of all links with their aliases.
    static Dictionary<string, string> Links(string version) =>
        File.ReadLines(Path.Combine(Fixtures, version, "links")).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
}
