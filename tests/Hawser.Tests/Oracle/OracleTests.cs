#pragma warning disable
using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;
using Hawser.Tests.Servers;
using Xunit.Abstractions;

namespace Hawser.Tests.Oracle;

/// <summary>Three hosts in two databases: the former code writes one, the new code the other, and both hold the same after every step.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    sealed record Net(int Switch, int Vrf, bool Dns, bool Nested, int Subnet, bool Removing, bool Named, bool TwoFamilies);
    sealed record End(int Net, int Address, int Phase, int Name, bool Published);
    sealed record Step(int Host, bool AnyInstance, bool NewLife, Net[] Nets, End[] Ends, int Left);

    static readonly string[] Switches = ["office", "lab", "dmz"];
    static readonly string?[] Vrfs = [null, "red", "blue"];

    static Gen<Step> Steps =>
        from host in Gen.Choose(0, 2)
        from any in Gen.Elements(true, false, false)
        from life in Gen.Elements(true, false, false, false, false, false)
        from nets in (from s in Gen.Choose(0, 2)
                      from v in Gen.Elements(0, 1, 1, 2)
                      from d in Gen.Elements(true, false, false)
                      from nested in Gen.Elements(true, false, false, false)
                      from subnet in Gen.Choose(0, 2)
                      from removing in Gen.Elements(true, false, false, false)
                      from named in Gen.Elements(true, false)
                      from two in Gen.Elements(true, false)
                      select new Net(s, v, d, nested, subnet, removing, named, two)).ArrayOf(3)
        from count in Gen.Choose(0, 3)
        from ends in (from n in Gen.Choose(0, 2)
                      from a in Gen.Choose(2, 5)
                      from p in Gen.Elements(0, 1, 1, 1, 2)
                      from name in Gen.Choose(0, 3)
                      from pub in Gen.Elements(true, false)
                      select new End(n, a, p, name, pub)).ArrayOf(4)
        from endCount in Gen.Choose(0, 4)
        from left in Gen.Choose(0, 100)
        select new Step(host, any, life, nets.Take(count).ToArray(), ends.Take(endCount).ToArray(), left);

    static HostIntent IntentOf(Step step)
    {
        var intent = HostIntent.Empty;
        var seen = new Dictionary<string, Net>();
        for (var i = 0; i < step.Nets.Length; i++)
        {
            var net = step.Nets[i];
            var name = Switches[net.Switch];
            // What NetworkRules lets through: on one host a switch is in one domain.
            if (seen.TryGetValue(name, out var first)) net = net with { Vrf = first.Vrf, Dns = first.Dns, Nested = first.Nested };
            seen[name] = net;
            var vrf = Vrfs[net.Vrf];
            // Hosts may disagree about a switch's domain and about subnets.
            var subnets = ImmutableArray.Create(new Subnet(IPNetwork.Parse($"10.{net.Subnet}.{net.Switch}.0/24"), IPAddress.Parse($"10.{net.Subnet}.{net.Switch}.1")));
            if (net.TwoFamilies) subnets = subnets.Add(new Subnet(IPNetwork.Parse($"fd00:{net.Subnet}:{net.Switch}::/64"), IPAddress.Parse($"fd00:{net.Subnet}:{net.Switch}::1")));
            var record = new NetworkRecord
            {
                Id = new NetworkId($"n{step.Host}{i}"),
                Name = net.Named ? "net" + i : null,
                Options = new NetworkOptions { Mode = BridgeMode.Flat, Mtu = 1442, BridgeName = net.Nested ? "breth0" : null },
                Logical = new LogicalSwitch(name, PortSecurity: i % 2 == 0) { Vrf = vrf, Dns = vrf is null && net.Dns, Parent = net.Nested ? "vm1" : null },
                Subnets = subnets,
                IsRemoving = net.Removing,
            };
            intent = intent.With(Transit.Assign(record, intent));
        }
        for (var i = 0; i < step.Ends.Length; i++)
        {
            var end = step.Ends[i];
            if (end.Net >= step.Nets.Length) continue;
            var network = intent.Networks[new NetworkId($"n{step.Host}{end.Net}")];
            var subnet = network.Subnets[0].Pool.BaseAddress.GetAddressBytes();
            var record = new EndpointRecord
            {
                Id = new EndpointId($"e{step.Host}{i}"),
                Network = network.Id,
                Address = new IPAddress([subnet[0], subnet[1], subnet[2], (byte)end.Address]),
                AddressIPv6 = network.Subnets.Count > 1 ? IPAddress.Parse($"{network.Subnets[1].Pool.BaseAddress}{end.Address}") : null,
                Mac = MacAddress.FromBytes([2, 0, 0, 0, (byte)step.Host, (byte)i]),
                Phase = (EndpointPhase)end.Phase,
                Container = end.Name > 0 ? "web" + end.Name : null,
                Aliases = end.Name == 2 ? ["shop"] : [],
                Ports = end.Published && end.Phase == 1 ? [new PublishedPort(6, null, 8080 + i, 80)] : [],
            };
            record = NestedPorts.Assign(Transit.Assign(record, intent), intent);
            intent = intent.With(record);
        }
        return intent;
    }

    static OldUnit? OldPlan(UnitId unit, HostIntent intent, HostFacts facts)
    {
        if (unit.Kind == UnitKind.Router) return OldRouterPlan.For(unit.Name, intent, facts);
        if (unit.Kind == UnitKind.Switch) return OldSwitchPlan.For(unit.Name, intent, facts);
        if (intent.Endpoints.GetValueOrDefault(new EndpointId(unit.Name)) is not { } endpoint || endpoint.Phase == EndpointPhase.Removing) return null;
        if (intent.NetworkOf(endpoint) is not { } network) return null;
        return new OldUnit(unit)
        {
            SwitchPort = network.Logical is { } logical ? OldSwitchPlan.Port(endpoint, network, logical, facts) : null,
            PublishedRows = [.. OldRouterPlan.PublishedRows(endpoint, network, facts)],
        };
    }

    sealed class Side(OvsdbServer server, string name)
    {
        public string Name => name;

        public async Task<Snapshot> SeeAsync(string chassis)
        {
            await using var replica = await RunningReplica.StartAsync(new OvsdbReplicaOptions { Database = Northbound.Database, Endpoints = [server.Unix], Tables = Northbound.Monitors(chassis) });
            return replica.Replica.Current!;
        }

        public async Task<(TransactionReply Reply, string Dump)> CommitAsync(Transaction transaction)
        {
            await using var replica = await RunningReplica.StartAsync(new OvsdbReplicaOptions { Database = Northbound.Database, Endpoints = [server.Unix], Tables = [.. Northbound.Tables.Select(t => new TableMonitor(t.Name))] });
            var reply = transaction.IsEmpty ? null : await replica.Replica.TransactAsync(transaction, CancellationToken.None);
            await using var after = await RunningReplica.StartAsync(new OvsdbReplicaOptions { Database = Northbound.Database, Endpoints = [server.Unix], Tables = [.. Northbound.Tables.Select(t => new TableMonitor(t.Name))] });
            return (reply!, Dump(after.Replica.Current!));
        }

        public async Task WipeAsync()
        {
            var wipe = new Transaction(Northbound.Database);
            foreach (var table in new[] { Northbound.LogicalRouter, Northbound.LogicalSwitch, Northbound.Dns }) wipe.Delete(table, Array.Empty<Condition>());
            await CommitAsync(wipe);
        }

        static string Dump(Snapshot all)
        {
            var names = Names(all);
            var lines = new List<string>();
            foreach (var table in Northbound.Tables)
                foreach (var row in all[table.Name].Rows)
                    lines.Add(Anonymous($"{Marks.KeyOf(row)}: " + string.Join(" ", row.Columns.Order().Select(c => $"{c}={Sorted(row[c], names)}")), names));
            return string.Join("\n", lines.Order(StringComparer.Ordinal));
        }

        static string Sorted(Datum datum, Dictionary<string, string> names) =>
            datum.Count > 0 && datum.Keys[0].Kind == AtomKind.Uuid ? string.Join(",", datum.Keys.Select(k => names.GetValueOrDefault(k.AsUuid.ToString(), "?")).Order(StringComparer.Ordinal)) : datum.ToString();
    }

    static Dictionary<string, string> Names(Snapshot all) => (from table in Northbound.Tables from row in all[table.Name].Rows select row).ToDictionary(r => r.Uuid.ToString(), r => Marks.KeyOf(r).ToString());

    static string Anonymous(string text, Dictionary<string, string> names) => Regex.Replace(text, "[0-9a-f]{8}-[0-9a-f-]{27}", m => names.GetValueOrDefault(m.Value, m.Value));

    static string Waits(Transaction transaction, Snapshot snapshot) =>
        string.Join("\n", transaction.ToString().Split('\n').Where(l => l.Contains("\"op\":\"wait\"")).Select(l => Anonymous(l, Names(snapshot))).Distinct().Order(StringComparer.Ordinal));

    int _steps, _committed, _conflicts, _refusals, _waiting, _shared;

    [Fact]
    public async Task The_new_plan_does_to_the_database_what_the_old_batch_did()
    {
        await using var oldServer = await OvsdbServer.StartAsync(OvsdbServer.NorthboundSchema);
        await using var newServer = await OvsdbServer.StartAsync(OvsdbServer.NorthboundSchema);
        var (before, after) = (new Side(oldServer, "old"), new Side(newServer, "new"));
        var count = int.Parse(Environment.GetEnvironmentVariable("ORACLE_RUNS") ?? "100");
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable("ORACLE_SEED") ?? "1"));
        for (var run = 0; run < count; run++)
        {
            await before.WipeAsync();
            await after.WipeAsync();
            var steps = Steps.Sample(8, 10).ToArray();
            var lives = new int[3];
            var intents = new HostIntent[] { HostIntent.Empty, HostIntent.Empty, HostIntent.Empty };
            var known = new HashSet<UnitId>[] { [], [], [] };
            foreach (var step in steps)
            {
                if (step.NewLife) lives[step.Host]++;
                var chassis = "host" + step.Host;
                var instance = new InstanceId($"life{step.Host}{lives[step.Host]}");
                var facts = new HostFacts { Instance = instance, Ovn = new OvnSettings { Chassis = chassis } };
                var intent = IntentOf(step);
                var units = known[step.Host].Union(Planner.Units(intent)).Where(u => u.Kind != UnitKind.Bridge).ToList();
                known[step.Host] = [.. units];

                var oldSnapshot = await before.SeeAsync(chassis);
                var newSnapshot = await after.SeeAsync(chassis);
                var oldBatch = OldBatch.Of(units.Select(u => new OldPlanned(u, OldPlan(u, intent, facts), step.AnyInstance)), oldSnapshot, chassis, instance, []);
                var view = new NorthboundView(newSnapshot);
                var context = new RoundContext(intent, facts);
                var changes = NorthboundChanges.Of([.. units.Select(u => new PlannedUnit(u, context.Plan(u, view), step.AnyInstance))], u => context.Leaving(u, view), newSnapshot, chassis, instance, []);

                var why = $"run {run} step {Array.IndexOf(steps, step)} of {chassis}";
                Waits(changes.Transaction, newSnapshot).ShouldBe(Waits(oldBatch.Transaction, oldSnapshot), why);
                Lines(changes.Refused).ShouldBe(Lines(oldBatch.Refused.Select(r => (r.Key, r.Value))), why);
                Lines(changes.Waiting).ShouldBe(Lines(oldBatch.Waiting.Select(r => (r.Key, r.Value))), why);
                changes.Transaction.IsEmpty.ShouldBe(oldBatch.Transaction.IsEmpty, why);
                oldBatch.Differences.Except(changes.Differences).ShouldBeEmpty(why);

                var (oldReply, oldDump) = await before.CommitAsync(oldBatch.Transaction);
                var (newReply, newDump) = await after.CommitAsync(changes.Transaction);
                (newReply?.Outcome).ShouldBe(oldReply?.Outcome, why);
                newDump.ShouldBe(oldDump, why);
                if (newReply?.Outcome == TransactionOutcome.Conflict)
                {
                    var lost = changes.Preconditions[newReply.ConflictIndex!.Value];
                    var was = oldBatch.Preconditions[oldReply!.ConflictIndex!.Value];
                    (lost.Unit, lost.Claim?.Address).ShouldBe((was.Unit, was.Address), why);
                    _conflicts++;
                }
                else if (newReply is not null)
                {
                    _committed++;
                    changes.Guarded.All(g => newReply[g].Count > 0).ShouldBe(oldBatch.Guarded.All(g => oldReply![g].Count > 0), why);
                }
                _refusals += changes.Refused.Count();
                _waiting += changes.Waiting.Count();
                _steps++;
            }
        }
        File.WriteAllText("/tmp/oracle.txt", $"{_steps} steps, {_committed} committed, {_conflicts} conflicts, {_refusals} refusals, {_waiting} waiting\n");
    }

    static string Lines(IEnumerable<(UnitId Unit, string Reason)> all) => string.Join("\n", all.Select(a => $"{a.Unit}: {a.Reason}").Order(StringComparer.Ordinal));
}
