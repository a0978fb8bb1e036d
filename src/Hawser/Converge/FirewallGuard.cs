using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Hawser.Apply;
using Hawser.Linux;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>
/// Checks whether Hawser's rules are still there. It does so after another process changed the firewall, as a restart of
/// Docker or of the host's firewall does, and every now and then, because the legacy iptables reports no changes. It runs
/// beside the rounds, which never wait for it: reading all rules takes its time on a busy host. The converger makes what is
/// missing again.
/// </summary>
sealed class FirewallGuard(Converger converger, FirewallApplier firewall, ILogger logger, TimeProvider time)
{
    // Changes come in bursts.
    static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan Period = TimeSpan.FromSeconds(20);
    readonly Channel<bool> _suspicion =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Task RunAsync(CancellationToken ct) => Task.WhenAll(FirewallMonitor.RunAsync(OnChanged, ct), CheckAsync(ct));

    /// <summary>Notes that Docker was started or found. It may have changed the firewall, and use another back end than before.</summary>
    public void OnDockerConnected()
    {
        firewall.DoubtBackEnd();
        Suspect();
    }

    void Suspect() => _suspicion.Writer.TryWrite(true);

    void OnChanged(int? process)
    {
        if (!firewall.IsOwnChild(process)) Suspect();
    }

    async Task CheckAsync(CancellationToken ct)
    {
        while (true)
        {
            using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct))
            {
                await Task.WhenAny(_suspicion.Reader.WaitToReadAsync(waiting.Token).AsTask(), Task.Delay(Period, time, waiting.Token));
                await waiting.CancelAsync();
            }
            await Task.Delay(Burst, time, ct);
            _suspicion.Reader.TryRead(out _);
            await LookAsync(ct);
        }
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "One of the edges: a look that fails is taken again, and must not end the daemon.")]
    async Task LookAsync(CancellationToken ct)
    {
        try
        {
            if (!await firewall.IsDamagedAsync(ct)) return;
            logger.FirewallDamaged();
            converger.TouchFirewall();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.FirewallUnreadable(e);
        }
    }
}
