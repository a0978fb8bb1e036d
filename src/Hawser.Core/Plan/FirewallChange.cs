using System.Text;

namespace Hawser.Core.Plan;

/// <summary>Writes what iptables-restore must do, as one batch. Each table in it is applied whole or not at all.</summary>
public static class FirewallChange
{
    /// <summary>The batch that leads from one known plan to another, rule by rule; empty if nothing changed.</summary>
    public static string Between(FirewallPlan applied, FirewallPlan wanted)
    {
        var batch = new StringBuilder();
        foreach (var table in wanted.Chains.Select(c => c.Table).Distinct())
        {
            var changes = wanted.Chains.Where(c => c.Table == table)
                .Select(chain => Chain(applied.Chains.First(a => a.Table == table && a.Name == chain.Name), chain))
                .Where(text => text.Length > 0).ToList();
            if (changes.Count > 0) batch.Append('*').Append(table).Append('\n').AppendJoin("", changes).Append("COMMIT\n");
        }
        return batch.ToString();
    }

    /// <summary>
    /// The batch that puts a plan into effect, whatever of Hawser's is there. Chains are declared anew, and missing jumps are added.
    /// </summary>
    /// <param name="wanted">What must be.</param>
    /// <param name="found">What iptables-save shows.</param>
    public static string Whole(FirewallPlan wanted, FirewallFound found)
    {
        var batch = new StringBuilder();
        var tables = wanted.Chains.Select(c => c.Table).Concat(found.Chains.Select(c => c.Table));
        foreach (var table in tables.Distinct().Order(StringComparer.Ordinal))
        {
            batch.Append('*').Append(table).Append('\n');
            var chains = wanted.Chains.Where(c => c.Table == table).ToList();
            var surplus = found.Chains.Where(f => f.Table == table && chains.All(c => c.Name != f.Name)).ToList();
            // A line that names a user-defined chain empties it, even with --noflush (iptables-restore(8)).
            foreach (var name in chains.Select(c => c.Name).Concat(surplus.Select(c => c.Name)))
                batch.Append(':').Append(name).Append(" - [0:0]\n");
            foreach (var (_, chain, rule) in found.Jumps.Where(j => j.Table == table && !wanted.Jumps.Contains(j)))
                batch.Append($"-D {chain} {rule}\n");
            foreach (var (_, chain, rule) in wanted.Jumps.Where(j => j.Table == table && !found.Jumps.Contains(j)))
                batch.Append($"-I {chain} {rule}\n");
            foreach (var chain in chains)
            {
                foreach (var rule in chain.Rules) batch.Append($"-A {chain.Name} {rule}\n");
            }
            foreach (var chain in surplus) batch.Append($"-X {chain.Name}\n");
            batch.Append("COMMIT\n");
        }
        return batch.ToString();
    }

    static string Chain(FirewallChain applied, FirewallChain wanted)
    {
        var batch = new StringBuilder();
        var gone = applied.Rules.Except(wanted.Rules).ToHashSet();
        var added = wanted.Rules.Except(applied.Rules).ToList();
        // Rules that stay keep their order. So additions may go to the end only if that results in the wanted order.
        if (applied.Rules.Where(r => !gone.Contains(r)).Concat(added).SequenceEqual(wanted.Rules)
            && gone.Count + wanted.Rules.Count - added.Count == applied.Rules.Count)
        {
            foreach (var rule in gone) batch.Append($"-D {wanted.Name} {rule}\n");
            foreach (var rule in added) batch.Append($"-A {wanted.Name} {rule}\n");
        }
        else
        {
            batch.Append($":{wanted.Name} - [0:0]\n");
            foreach (var rule in wanted.Rules) batch.Append($"-A {wanted.Name} {rule}\n");
        }
        return batch.ToString();
    }
}
