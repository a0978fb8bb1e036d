namespace Hawser.Linux;

/// <summary>Changes and reads the packet filter by <c>iptables-restore</c> and <c>iptables-save</c>.</summary>
/// <param name="flavour">Which back end to use.</param>
public sealed class Iptables(IptablesFlavour flavour)
{
    const string Package = "iptables";
    const int RememberedChildren = 64;

    // The legacy programs wait for their lock up to five seconds; then some more for the work itself.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly string[] RestoreOptions = ["--noflush", "--wait=5"];

    readonly Lock _lock = new();
    readonly Queue<int> _children = new();

    /// <summary>The back end.</summary>
    public IptablesFlavour Flavour { get; } = flavour;

    /// <summary>The process id of the program that was started last; null before the first.</summary>
    public int? LastChildId { get; private set; }

    /// <summary>Chooses the back end that Docker's chains are in: rules of the two do not see each other.</summary>
    /// <returns>What to use; the default if Docker has no chains yet.</returns>
    /// <exception cref="ToolException">The programs are not installed.</exception>
    public static Iptables Detect() => new(IptablesDetection.Choose());

    /// <summary>The other back end, where rules of an earlier time may have stayed.</summary>
    /// <param name="family">Which version of IP.</param>
    /// <returns>It, or null if it is not installed, holds no table, or nobody knows which one is the other.</returns>
    public Iptables? Other(IpFamily family)
    {
        IptablesFlavour? other = Flavour switch
        {
            IptablesFlavour.Nft => IptablesFlavour.Legacy,
            IptablesFlavour.Legacy => IptablesFlavour.Nft,
            _ => null,
        };
        return other is { } flavour && IptablesDetection.MayHoldRules(flavour, family) ? new Iptables(flavour) : null;
    }

    /// <summary><c>iptables-restore --noflush --wait=5</c>: each table of the batch changes as a whole or not at all.</summary>
    /// <remarks>
    /// With nftables a batch that only adds takes 2 ms. One that removes rules, and so one that replaces a chain, takes
    /// 16 ms: they are in force after 2, but the kernel lets the program go only after an RCU grace period, and the two
    /// versions of IP wait for each other. The legacy programs take 2 ms for either.
    /// </remarks>
    /// <param name="family">Which version of IP.</param>
    /// <param name="batch">The input, ending in <c>COMMIT</c> for each table.</param>
    /// <param name="ct">Kills the program.</param>
    /// <returns>A task that ends when the rules are in force.</returns>
    /// <exception cref="ToolException">The program refused; <see cref="ToolException.Line"/> is the line at fault.</exception>
    public Task RestoreAsync(IpFamily family, string batch, CancellationToken ct) => RunAsync(family, "restore", RestoreOptions, batch, ct);

    /// <summary><c>iptables-save [-t TABLE]</c></summary>
    /// <param name="family">Which version of IP.</param>
    /// <param name="table">The table, or null for all that are in use.</param>
    /// <param name="ct">Kills the program.</param>
    /// <returns>The rules.</returns>
    public Task<string> SaveAsync(IpFamily family, string? table, CancellationToken ct) =>
        RunAsync(family, "save", table is null ? [] : ["-t", table], input: "", ct);

    /// <summary>Whether a process is (or was, lately) one that this object started, so that
    /// <see cref="FirewallMonitor"/>'s news is no news.</summary>
    /// <param name="processId">The process id.</param>
    /// <returns>Whether it was ours.</returns>
    public bool IsOwnChild(int processId)
    {
        lock (_lock) return _children.Contains(processId);
    }

    internal static string PathOf(string tool) => SearchPath.Find(tool) ?? throw ToolException.NotInstalled(tool, Package);

    internal static string NameOf(IptablesFlavour flavour, IpFamily family, string action)
    {
        var program = family == IpFamily.IPv4 ? "iptables" : "ip6tables";
        return flavour switch
        {
            IptablesFlavour.Nft => $"{program}-nft-{action}",
            IptablesFlavour.Legacy => $"{program}-legacy-{action}",
            _ => $"{program}-{action}",
        };
    }

    Task<string> RunAsync(IpFamily family, string action, IReadOnlyList<string> arguments, string input, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var tool = Tool.Start(PathOf(NameOf(Flavour, family, action)), arguments);
        Remember(tool.Id);
        return tool.FinishAsync(input, Patience, ct);
    }

    void Remember(int id)
    {
        lock (_lock)
        {
            LastChildId = id;
            _children.Enqueue(id);
            if (_children.Count > RememberedChildren) _children.Dequeue();
        }
    }
}
