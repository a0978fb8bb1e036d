namespace Hawser.Linux;

/// <summary>Finds out which of the two back ends Docker's chains are in.</summary>
internal static class IptablesDetection
{
    public static IptablesFlavour Choose()
    {
        // Docker's own chain, as iptables-save prints it. The legacy tables are asked only where some are in use: asking
        // loads their modules, and then every packet passes through both.
        var isInLegacy = HasLegacyTables(IpFamily.IPv4) && HoldsDocker(IptablesFlavour.Legacy);
        var isInNft = HoldsDocker(IptablesFlavour.Nft);
        if (isInLegacy != isInNft) return isInLegacy ? IptablesFlavour.Legacy : IptablesFlavour.Nft;
        // The chains are in neither yet, or in both: they stay in the old one when the default changes. Docker uses the default.
        return OfDefault();
    }

    // Decides by what the program's link leads to, so that one back end has one name.
    static IptablesFlavour OfDefault()
    {
        var program = Iptables.PathOf(Iptables.NameOf(IptablesFlavour.Default, IpFamily.IPv4, "restore")); // throws if it is missing
        var target = File.ResolveLinkTarget(program, returnFinalTarget: true)?.Name ?? "";
        return target.Contains("legacy", StringComparison.Ordinal) ? Installed(IptablesFlavour.Legacy)
            : target.Contains("nft", StringComparison.Ordinal) ? Installed(IptablesFlavour.Nft)
            : IptablesFlavour.Default;
    }

    static IptablesFlavour Installed(IptablesFlavour flavour) =>
        SearchPath.Find(Iptables.NameOf(flavour, IpFamily.IPv4, "restore")) is null ? IptablesFlavour.Default : flavour;

    /// <summary>
    /// Whether rules may be in a back end: its programs are installed, and, for the legacy one, the kernel has a table of it.
    /// </summary>
    public static bool MayHoldRules(IptablesFlavour flavour, IpFamily family) =>
        SearchPath.Find(Iptables.NameOf(flavour, family, "save")) is not null
        && (flavour != IptablesFlavour.Legacy || HasLegacyTables(family));

    static bool HasLegacyTables(IpFamily family)
    {
        // "thread-self" and not "self": a thread may be in another network namespace than its process.
        var tables = $"/proc/thread-self/net/{(family == IpFamily.IPv4 ? "ip" : "ip6")}_tables_names";
        return File.Exists(tables) && File.ReadAllText(tables).Length > 0;
    }

    static bool HoldsDocker(IptablesFlavour flavour)
    {
        try
        {
            // Waits for a task, which nothing else here does: it is asked once, before the daemon serves anybody.
            var rules = new Iptables(flavour).SaveAsync(IpFamily.IPv4, table: null, CancellationToken.None).GetAwaiter().GetResult();
            return rules.Split('\n').Any(line => line.StartsWith(":DOCKER ", StringComparison.Ordinal));
        }
        catch (ToolException)
        {
            return false; // not installed, or the kernel lacks this back end: either way Docker's chains are not in it
        }
    }
}
