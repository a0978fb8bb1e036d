using System.Threading.Channels;
using Hawser.Linux;

namespace Hawser.Converge;

/// <summary>
/// Has the firewall compared when another process changed it: a restart of Docker or of the host's firewall. Changes come
/// in bursts, so a moment passes before the look. The legacy iptables tells nobody; there the periodic check must do.
/// </summary>
sealed class FirewallGuard(Converger converger, FirewallApplier firewall, TimeProvider time)
{
    static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(300);
    readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Task RunAsync(CancellationToken ct) => Task.WhenAll(FirewallMonitor.RunAsync(OnChanged, ct), CheckAsync(ct));

    void OnChanged(int? process)
    {
        if (!firewall.IsOwnChild(process)) _changed.Writer.TryWrite(true);
    }

    async Task CheckAsync(CancellationToken ct)
    {
        while (await _changed.Reader.WaitToReadAsync(ct))
        {
            await Task.Delay(Burst, time, ct);
            _changed.Reader.TryRead(out _);
            converger.CheckFirewall();
        }
    }
}
