namespace Hawser.Linux;

/// <summary>Tells of changes to the nftables ruleset, which is where <c>iptables-nft</c> keeps its rules too.</summary>
public static class FirewallMonitor
{
    // linux/netfilter/nfnetlink.h and nf_tables.h. A message's type is the subsystem and the message in one byte each.
    const int TablesGroup = 7;
    const ushort NewGeneration = (10 << 8) | 15;
    const int ProcessId = 2;

    /// <summary><c>nft monitor</c>, for the ends of transactions only.</summary>
    /// <remarks>
    /// Subscribed when this returns its task. The legacy tables send no notifications, and a kernel without netfilter's
    /// netlink nothing at all: then this only waits to be cancelled.
    /// </remarks>
    /// <param name="onChange">
    /// Called with the id of the process that made the change, as the kernel's first pid namespace numbers it, or null if
    /// the kernel did not say or notifications were lost. What it throws ends the monitor.
    /// </param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends cancelled.</returns>
    public static Task RunAsync(Action<int?> onChange, CancellationToken ct)
    {
        NetlinkListener listener;
        try
        {
            listener = NetlinkListener.Subscribe(Family.Netfilter, TablesGroup);
        }
        catch (LinuxException absent) when (absent.Errno is Errno.ProtocolNotSupported or Errno.NoEntry)
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }

        return listener.RunAsync(
            "firewall",
            (in message) =>
            {
                if (message.Header.Type == NewGeneration) onChange(ReadProcessId(message));
            },
            () => onChange(null),
            ct);
    }

    internal static int? ReadProcessId(in NetlinkMessage message)
    {
        message.Read<uint>(out var attributes); // struct nfgenmsg: four bytes that say nothing here
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type == ProcessId) return attribute.NetworkInt32;
        }

        return null;
    }
}
