namespace Hawser.Linux;

/// <summary>Finds out which of the two back ends Docker's chains are in.</summary>
internal static class IptablesDetection
{
    // "thread-self" and not "self": a thread may be in another network namespace than its process.
    const string LegacyTables = "/proc/thread-self/net/ip_tables_names";

    public static IptablesFlavour Choose()
    {
        // Docker's own chain, as iptables-save prints it. Asked of the legacy tables only where some are in use, because
        // asking loads their modules, and then every packet passes through both.
        if (HasLegacyTables() && HoldsDocker(IptablesFlavour.Legacy)) return IptablesFlavour.Legacy;
        if (HoldsDocker(IptablesFlavour.Nft)) return IptablesFlavour.Nft;
        Iptables.PathOf(Iptables.NameOf(IptablesFlavour.Default, IpFamily.IPv4, "restore")); // throws if it is missing
        return IptablesFlavour.Default;
    }

    static bool HasLegacyTables() => File.Exists(LegacyTables) && File.ReadAllText(LegacyTables).Length > 0;

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
