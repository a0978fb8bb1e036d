using System.Collections.Immutable;

namespace Hawser.Core.Plan;

/// <summary>What iptables-save shows of Hawser's chains and of the jumps into them.</summary>
/// <param name="Chains">Chains of ours, whatever version of Hawser made them.</param>
/// <param name="Jumps">Rules of other chains that lead into one of ours.</param>
public sealed record FirewallFound(ImmutableArray<FirewallChain> Chains, ImmutableArray<FirewallJump> Jumps)
{
    /// <summary>Reads the output of iptables-save or ip6tables-save.</summary>
    /// <param name="save">The output.</param>
    /// <param name="prefix">What the names of our chains start with.</param>
    public static FirewallFound Parse(string save, string prefix = Names.ChainPrefix)
    {
        var chains = new Dictionary<(string Table, string Chain), ImmutableArray<string>.Builder>();
        var jumps = ImmutableArray.CreateBuilder<FirewallJump>();
        var table = "";
        foreach (var line in save.Split('\n'))
        {
            if (line.StartsWith('*')) table = line[1..].Trim();
            else if (line.StartsWith(':') && IsOurs(line[1..])) Rules(table, line[1..].Split(' ')[0]);
            else if (line.StartsWith("-A ", StringComparison.Ordinal))
            {
                var space = line.IndexOf(' ', 3);
                if (space < 0) continue;
                var (chain, rule) = (line[3..space], line[(space + 1)..].TrimEnd());
                if (IsOurs(chain)) Rules(table, chain).Add(rule);
                else if (rule.Contains("-j " + prefix, StringComparison.Ordinal)) jumps.Add(new FirewallJump(table, chain, rule));
            }
        }
        return new FirewallFound(
            [.. chains.Select(c => new FirewallChain(c.Key.Table, c.Key.Chain, c.Value.ToImmutable()))], jumps.ToImmutable());

        bool IsOurs(string chain) => chain.StartsWith(prefix, StringComparison.Ordinal);

        ImmutableArray<string>.Builder Rules(string table, string chain)
        {
            if (!chains.TryGetValue((table, chain), out var rules)) chains[(table, chain)] = rules = ImmutableArray.CreateBuilder<string>();
            return rules;
        }
    }

    /// <summary>
    /// Whether all of a plan is there. Rules are counted, not compared: iptables-save words some of them differently, and a
    /// flush or a firewall's reload empties or drops whole chains.
    /// </summary>
    public bool Holds(FirewallPlan plan) =>
        plan.Jumps.All(Jumps.Contains) && Jumps.Length == plan.Jumps.Length && Chains.Length == plan.Chains.Length
        && plan.Chains.All(c => Chains.Any(f => f.Table == c.Table && f.Name == c.Name && f.Rules.Count == c.Rules.Count));

    /// <summary>What is missing of a plan, and what is there besides it, in sentences.</summary>
    public IEnumerable<string> Differences(FirewallPlan plan)
    {
        foreach (var jump in plan.Jumps.Where(j => !Jumps.Contains(j)))
            yield return $"{jump.Table} {jump.Chain}: rule \"{jump.Rule}\" is missing";
        foreach (var jump in Jumps.Where(j => !plan.Jumps.Contains(j)))
            yield return $"{jump.Table} {jump.Chain}: rule \"{jump.Rule}\" should not exist";
        foreach (var chain in plan.Chains)
        {
            var rules = Chains.FirstOrDefault(f => f.Table == chain.Table && f.Name == chain.Name)?.Rules.Count;
            if (rules is null) yield return $"{chain.Table} chain {chain.Name} is missing";
            else if (rules != chain.Rules.Count)
                yield return $"{chain.Table} chain {chain.Name} has {rules} rules, should have {chain.Rules.Count}";
        }
        foreach (var chain in Chains.Where(f => !plan.Chains.Any(c => c.Table == f.Table && c.Name == f.Name)))
            yield return $"{chain.Table} chain {chain.Name} should not exist";
    }
}
