using System.Diagnostics;
using System.Net.Sockets;
using Hawser.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hawser.Docker.Plugin;

/// <summary>
/// Calls that wait in the sockets of systemd for a daemon that cannot start. Nobody else would answer them, and as long
/// as they wait, systemd starts the daemon again and again.
/// </summary>
public static class WaitingCalls
{
    // systemd gives up a socket that starts its service five times in ten seconds; callers would then find no socket.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Tells the reason to callers that wait or come within two seconds of the last. Returns at once if none waits.</summary>
    /// <param name="inherited">The sockets, by their files. They are closed here; systemd keeps its own hold of them.</param>
    /// <param name="reason">A sentence for the user.</param>
    public static async Task RefuseAsync(IReadOnlyDictionary<string, Socket> inherited, string reason)
    {
        if (!inherited.Values.Any(s => s.Poll(0, SelectMode.SelectRead))) return;
        var last = Stopwatch.GetTimestamp();
        var refusal = new PluginRoute("", NeedsBody: false, (_, _) =>
        {
            Volatile.Write(ref last, Stopwatch.GetTimestamp());
            throw new PluginException(reason);
        });
        var listeners = inherited.Keys.Select(path => new PluginListener(path, []) { Otherwise = refusal });
        await using var server = new PluginServer([.. listeners], inherited, NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        while (Patience - Stopwatch.GetElapsedTime(Volatile.Read(ref last)) is var rest && rest > TimeSpan.Zero) await Task.Delay(rest);
        await server.StopAsync(CancellationToken.None);
    }
}
