namespace Hawser.Linux;

/// <summary>Which of its two back ends an iptables program speaks to.</summary>
public enum IptablesFlavour
{
    /// <summary>What the distribution has made the default: <c>iptables-restore</c>.</summary>
    Default,

    /// <summary>nftables: <c>iptables-nft-restore</c>.</summary>
    Nft,

    /// <summary>The older tables: <c>iptables-legacy-restore</c>.</summary>
    Legacy,
}
