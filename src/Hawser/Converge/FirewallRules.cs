using Hawser.Apply;
using Hawser.Linux;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>Applies the firewall's plan as a step of a round, and knows whether the rules hold.</summary>
sealed class FirewallRules(Host host, ILogger logger)
{
    // Written by the loop; volatile, because whoever asks for the status reads it on another thread.
    volatile string? _error;

    /// <summary>Why the rules are not as they should be, or null if they are.</summary>
    public string? Error => _error;

    /// <summary>Applies the plan, and makes the kernel forget flows that still follow earlier rules.</summary>
    public async Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        try
        {
            await host.Firewall.ApplyAsync(outcomes, ct);
            await host.Conntrack.ApplyAsync(outcomes, ct);
            _error = null;
        }
        catch (Exception e) when (e is LinuxException or ToolException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            if (_error != e.Message) logger.FirewallFailed(e);
            _error = e.Message;
        }
    }

    /// <summary>Notes that nobody knows whether the rules hold.</summary>
    public void Doubt(string reason) => _error ??= reason;
}
