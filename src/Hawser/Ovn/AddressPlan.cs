using System.Collections.Immutable;
using System.Net;
using Hawser.Core;
using Hawser.Core.Ipam;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.State;

namespace Hawser.Ovn;

/// <summary>What a pool holds.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Hosts">The hosts that have networks with it, each with its installation.</param>
/// <param name="Claims">Its taken addresses, each with its holder: a host, or one that all hosts share, such as the gateway.</param>
sealed record PoolContents(
    AddressPool Pool, ImmutableSortedDictionary<string, InstanceId> Hosts, ImmutableDictionary<IPAddress, string> Claims);

/// <summary>
/// The address plan that hosts share: pools and claimed addresses in OVN's northbound database. A pool is a row of
/// Address_Set without addresses, and its claims are entries of external_ids. ovn-northd takes no notice of these; for any
/// other row it would compute everything anew. Nothing of the plan is kept here: each request is a transaction whose
/// preconditions decide between hosts.
/// </summary>
sealed class AddressPlan(OvnCentral central, IntentStore store)
{
    const string Table = "Address_Set";
    const string ClaimPrefix = "ip:";
    const int MaxAttempts = 20;
    static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(4);

    /// <summary>Who takes part in a pool for this host and holds its addresses: the host, or the swarm that it manages.</summary>
    /// <exception cref="PluginException">The host is not set up for OVN, or the database does not answer.</exception>
    public async Task<string> HolderAsync(AddressPool pool, CancellationToken ct) => Holder(pool, await ReadyAsync(ct));

    /// <summary>This host's name among the chassis.</summary>
    /// <exception cref="PluginException">The host is not set up for OVN, or the database does not answer.</exception>
    public async Task<string> ReadyAsync(CancellationToken ct)
    {
        await central.ReadyAsync(ConnectDeadline, ct);
        return central.Chassis ?? throw new PluginException(central.Unavailable);
    }

    /// <summary>
    /// Makes a pool, or takes part in one that another host made. The share brings along all that this host has of the pool:
    /// if the database was lost, nobody else gets the address of a container that runs here.
    /// </summary>
    /// <exception cref="PluginException">It overlaps with another pool.</exception>
    public async Task OpenAsync(AddressPool pool, CancellationToken ct)
    {
        var self = await HolderAsync(pool, ct);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await ShareAsync(pool, self, ct)) return;
            var registry = await RegistryAsync(pool, ct);
            var other = registry.Pools.FirstOrDefault(p => AddressPool.Overlap(p, pool.Subnet));
            if (other != default && !other.Equals(pool.Subnet))
                throw new PluginException(
                    $"subnet {pool.Subnet} overlaps with {other}, which is in the address plan of {Domain(pool)} already: "
                    + "choose another --subnet, or another domain with --ipam-opt ovn.vrf=NAME");
            if (await MakeAsync(pool, self, registry, ct)) return;
        }
        throw Contended(pool);
    }

    /// <summary>Makes a pool with a subnet that no other has.</summary>
    /// <exception cref="PluginException">There is none left.</exception>
    public async Task<AddressPool> OpenAnyAsync(string space, string vrf, bool isIPv6, int? prefixLength, CancellationToken ct)
    {
        var self = Holder(new AddressPool(space, vrf, default, null), await ReadyAsync(ct));
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var any = new AddressPool(space, vrf, default, null);
            var registry = await RegistryAsync(any, ct);
            // A swarm's subnet is in both spaces: its managers ask for it in one, the nodes that run its tasks in the other.
            var other = await RegistryAsync(any with { Space = any.IsGlobal ? AddressPool.LocalSpace : AddressPool.GlobalSpace }, ct);
            var subnet = PoolChooser.Choose(isIPv6, prefixLength, [.. registry.Pools, .. other.Pools])
                ?? throw new PluginException($"no subnet is left in the address plan of {Domain(any)}: name one with --subnet");
            var pool = any with { Subnet = subnet };
            if (await MakeAsync(pool, self, registry, ct)) return pool;
        }
        throw new PluginException("the address plan changed too often meanwhile: try again");
    }

    /// <summary>Ends this host's part in a pool: removes its share and its claims. The pool goes with the last share.</summary>
    public async Task CloseAsync(AddressPool pool, CancellationToken ct) => await ForgetHostAsync(pool, await HolderAsync(pool, ct), ct);

    /// <summary>Ends a host's part in a pool.</summary>
    public async Task ForgetHostAsync(AddressPool pool, string host, CancellationToken ct)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await RowAsync(pool, ct) is not { } row) return;
            var ids = row[Marks.ExternalIds];
            var isLast = !ids.StringPairs().Any(p => IsShare(p.Key) && p.Key != Marks.SharePrefix + host);
            var transaction = new Transaction(Northbound.Database);
            // If hosts come or leave at the same moment, the last one has to see that it is the last.
            transaction.Wait(Table, [Condition.Row(row.Uuid)], [Marks.ExternalIds], "==", [[new(Marks.ExternalIds, ids)]], TimeSpan.Zero);
            if (isLast)
            {
                transaction.Delete(Table, Condition.Row(row.Uuid));
                transaction.Mutate(Table, Named(RegistryName(pool)), Mutation.DeleteKeys(Marks.ExternalIds, pool.Subnet.ToString()));
                transaction.Delete(Table, [Named(RegistryName(pool)), Condition.Is(Marks.ExternalIds, Datum.EmptyMap)]);
            }
            else
            {
                var claims = ids.StringPairs().Where(p => IsClaim(p.Key) && p.Value == host).Select(p => p.Key);
                transaction.Mutate(
                    Table, Condition.Row(row.Uuid), Mutation.DeleteKeys(Marks.ExternalIds, claims.Prepend(Marks.SharePrefix + host)));
            }
            if ((await TransactAsync(transaction, ct)).Outcome == TransactionOutcome.Committed) return;
        }
        throw Contended(pool);
    }

    /// <summary>Claims an address for a holder. If the pool lacks this host's share, that is put there first.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="address">The address.</param>
    /// <param name="holder">Who is to have it.</param>
    /// <param name="mustBeFree">Whether the claim is refused even if the holder has the address already.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whether the holder has it now.</returns>
    public async Task<bool> ClaimAsync(AddressPool pool, IPAddress address, string holder, bool mustBeFree, CancellationToken ct)
    {
        var self = await HolderAsync(pool, ct);
        KeyValuePair<string, string>[] claim = [new(ClaimPrefix + address, holder)];
        ImmutableArray<Condition> claimed = [Named(RowName(pool)), Condition.Includes(Marks.ExternalIds, Datum.StringMap(claim))];
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var transaction = new Transaction(Northbound.Database);
            var shared = transaction.Wait(
                Table, [Named(RowName(pool)), Condition.Includes(Marks.ExternalIds, Datum.StringMap([Share(self)]))],
                ["name"], "==", [[new("name", Datum.Of(RowName(pool)))]], TimeSpan.Zero);
            if (mustBeFree) transaction.Wait(Table, claimed, ["name"], "==", [], TimeSpan.Zero);
            // An insert into a map never replaces a key that is there. Whether our entry is in shows who was first.
            transaction.Mutate(Table, Named(RowName(pool)), Mutation.Insert(Marks.ExternalIds, Datum.StringMap(claim)));
            transaction.Wait(Table, claimed, ["name"], "==", [[new("name", Datum.Of(RowName(pool)))]], TimeSpan.Zero);
            var reply = await TransactAsync(transaction, ct);
            if (reply.Outcome == TransactionOutcome.Committed) return true;
            if (reply.ConflictIndex != shared) return false;
            await OpenAsync(pool, ct);
        }
        throw Contended(pool);
    }

    /// <summary>Gives back an address if this holder has it; another holder keeps it.</summary>
    public Task ReleaseAsync(AddressPool pool, IPAddress address, string holder, CancellationToken ct) =>
        ReleaseAsync(pool, [address], holder, ct);

    /// <summary>Gives back those of the addresses that this holder has; other holders keep theirs.</summary>
    public async Task ReleaseAsync(AddressPool pool, IEnumerable<IPAddress> addresses, string holder, CancellationToken ct)
    {
        var claims = Datum.StringMap(addresses.Select(a => KeyValuePair.Create(ClaimPrefix + a, holder)));
        var transaction = new Transaction(Northbound.Database);
        transaction.Mutate(Table, Named(RowName(pool)), Mutation.Delete(Marks.ExternalIds, claims));
        await TransactAsync(transaction, ct);
    }

    /// <summary>What a pool holds, or null if there is none.</summary>
    public async Task<PoolContents?> ReadAsync(AddressPool pool, CancellationToken ct) =>
        await RowAsync(pool, ct) is { } row ? Read(row) : null;

    /// <summary>Whether this host takes part in a pool, with the installation that it has now.</summary>
    public bool IsShared(PoolContents contents) =>
        central.Chassis is { } chassis
        && contents.Hosts.TryGetValue(Holder(contents.Pool, chassis), out var instance)
        && instance == store.Instance;

    /// <summary>Whether an earlier installation on this host, whose state is lost, left a pool that no network here uses.</summary>
    public bool IsLeftBehind(PoolContents contents) =>
        central.Chassis is { } chassis
        && contents.Hosts.ContainsKey(chassis)
        && !IsShared(contents)
        && HostClaims.Networks(store.Current, contents.Pool).Count == 0;

    /// <summary>All pools.</summary>
    public async Task<IReadOnlyList<PoolContents>> ReadAllAsync(CancellationToken ct)
    {
        await ReadyAsync(ct);
        var question = new Transaction(Northbound.Database);
        var select = question.Select(Table, [], ["name", Marks.ExternalIds]);
        var rows = (await TransactAsync(question, ct))[select].Rows.Where(r => r[Marks.ExternalIds].StringValue(Marks.PoolKey) is not null);
        return [.. rows.Select(Read).OrderBy(p => p.Pool.Key, StringComparer.Ordinal)];
    }

    async Task<bool> ShareAsync(AddressPool pool, string self, CancellationToken ct)
    {
        var transaction = new Transaction(Northbound.Database);
        var share = transaction.Mutate(Table, [Named(RowName(pool)), Condition.Includes(Marks.ExternalIds, Marks.PoolKey, pool.Key)],
            Mutation.DeleteKeys(Marks.ExternalIds, Marks.SharePrefix + self),
            Mutation.Insert(Marks.ExternalIds, Datum.StringMap(Own(pool, self))));
        return (await TransactAsync(transaction, ct))[share].Count > 0;
    }

    async Task<bool> MakeAsync(AddressPool pool, string self, Registry registry, CancellationToken ct)
    {
        var transaction = new Transaction(Northbound.Database);
        // Pools of one domain are made one after another, so that no two overlap.
        var name = RegistryName(pool);
        transaction.Wait(
            Table, [Named(name)], [Marks.ExternalIds], "==",
            registry.Row is { } row ? [[new(Marks.ExternalIds, row[Marks.ExternalIds])]] : [], TimeSpan.Zero);
        KeyValuePair<string, string>[] entry = [new(pool.Subnet.ToString(), "")];
        if (registry.Row is null)
            transaction.Insert(
                Table, new Dictionary<string, Datum> { ["name"] = Datum.Of(name), [Marks.ExternalIds] = Datum.StringMap(entry) });
        else
            transaction.Mutate(Table, Named(name), Mutation.Insert(Marks.ExternalIds, Datum.StringMap(entry)));
        transaction.Wait(Table, [Named(RowName(pool))], ["name"], "==", [], TimeSpan.Zero);
        transaction.Insert(Table, new Dictionary<string, Datum>
        {
            ["name"] = Datum.Of(RowName(pool)),
            [Marks.ExternalIds] = Datum.StringMap(Own(pool, self).Prepend(new(Marks.PoolKey, pool.Key))),
        });
        return (await TransactAsync(transaction, ct)).Outcome == TransactionOutcome.Committed;
    }

    IEnumerable<KeyValuePair<string, string>> Own(AddressPool pool, string self) =>
        HostClaims.Of(store.Current, pool, self).Select(c => KeyValuePair.Create(ClaimPrefix + c.Key, c.Value)).Prepend(Share(self));

    KeyValuePair<string, string> Share(string self) => new(Marks.SharePrefix + self, store.Instance.Value);

    sealed record Registry(Row? Row, ImmutableArray<IPNetwork> Pools);

    async Task<Registry> RegistryAsync(AddressPool pool, CancellationToken ct)
    {
        var row = await FindAsync(RegistryName(pool), ct);
        if (row is null) return new Registry(null, []);
        var subnets = row[Marks.ExternalIds].StringPairs()
            .Select(p => IPNetwork.TryParse(p.Key, out var subnet) ? subnet : default)
            .Where(s => s != default);
        return new Registry(row, [.. subnets]);
    }

    Task<Row?> RowAsync(AddressPool pool, CancellationToken ct) => FindAsync(RowName(pool), ct);

    async Task<Row?> FindAsync(string name, CancellationToken ct)
    {
        var question = new Transaction(Northbound.Database);
        var select = question.Select(Table, [Named(name)], ["_uuid", "name", Marks.ExternalIds]);
        return (await TransactAsync(question, ct))[select].Rows is [var row, ..] ? row : null;
    }

    async Task<TransactionReply> TransactAsync(Transaction transaction, CancellationToken ct)
    {
        try
        {
            await ReadyAsync(ct);
            return await (central.Live ?? throw new PluginException(central.Unavailable)).TransactAsync(transaction, ct);
        }
        catch (OvsdbConnectionException e)
        {
            throw new PluginException($"OVN's northbound database at {central.Database} is not reachable: {e.Reason}", e);
        }
        catch (OvsdbException e)
        {
            throw new PluginException(
                $"OVN's northbound database at {central.Database} refused a change of the address plan: {e.Message}", e);
        }
    }

    static PoolContents Read(Row row)
    {
        var pairs = row[Marks.ExternalIds].StringPairs().ToList();
        return new PoolContents(
            AddressPool.Parse(row[Marks.ExternalIds].StringValue(Marks.PoolKey)!),
            pairs.Where(p => IsShare(p.Key))
                .ToImmutableSortedDictionary(p => p.Key[Marks.SharePrefix.Length..], p => new InstanceId(p.Value)),
            pairs.Where(p => IsClaim(p.Key)).ToImmutableDictionary(p => IPAddress.Parse(p.Key[ClaimPrefix.Length..]), p => p.Value));
    }

    static string Holder(AddressPool pool, string chassis) => pool.IsGlobal ? HostClaims.Swarm : chassis;

    static bool IsShare(string key) => key.StartsWith(Marks.SharePrefix, StringComparison.Ordinal);

    static bool IsClaim(string key) => key.StartsWith(ClaimPrefix, StringComparison.Ordinal);

    static Condition Named(string name) => Condition.Is(Northbound.Name, name);

    // A hash: names of address sets have letters, digits, '_' and '.' only (ovn-nb(5)); a subnet and a domain have others.
    static string RowName(AddressPool pool) => $"hawser_pool_{StableHash.Of(pool.Key):x16}";

    static string RegistryName(AddressPool pool) => $"hawser_pools_{StableHash.Of($"{pool.Space}/{pool.Vrf}"):x16}";

    static string Domain(AddressPool pool) => pool.Vrf.Length > 0 ? $"domain {pool.Vrf}" : "the cluster";

    static PluginException Contended(AddressPool pool) => new($"pool {pool.Subnet} changed too often meanwhile: try again");
}
