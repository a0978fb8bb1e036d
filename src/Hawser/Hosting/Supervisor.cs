using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Hawser.Converge;
using Hawser.Linux;

namespace Hawser.Hosting;

/// <summary>Tells systemd the state of the daemon (sd_notify(3)). If nothing supervises it, nobody is told.</summary>
sealed class Supervisor : IDisposable
{
    readonly Socket? _socket;
    readonly TimeSpan _patience;

    Supervisor(Socket? socket, TimeSpan patience) => (_socket, _patience) = (socket, patience);

    /// <summary>The supervisor that the environment names. Processes that this one starts are not told of it.</summary>
    public static Supervisor FromEnvironment()
    {
        var path = InheritedEnvironment.Take("NOTIFY_SOCKET");
        var interval = InheritedEnvironment.Take("WATCHDOG_USEC");
        var patience = long.TryParse(interval, CultureInfo.InvariantCulture, out var microseconds)
            ? TimeSpan.FromMicroseconds(microseconds)
            : Timeout.InfiniteTimeSpan;
        if (path is not ['/' or '@', ..]) return new Supervisor(null, Timeout.InfiniteTimeSpan);
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // "@" stands for the NUL that begins an abstract socket's name.
        socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        return new Supervisor(socket, patience);
    }

    /// <summary>Tells that calls are answered now.</summary>
    public void Ready() => Tell("READY=1");

    /// <summary>Tells that the daemon was told to stop, and does.</summary>
    public void Stopping() => Tell("STOPPING=1");

    /// <summary>Tells again and again that the daemon is alive, as long as the converger comes round.</summary>
    public async Task WatchAsync(Converger converger, TimeProvider time, CancellationToken ct)
    {
        if (_patience == Timeout.InfiniteTimeSpan) await Task.Delay(_patience, ct);
        while (true)
        {
            await converger.ComeRoundAsync(ct);
            Tell("WATCHDOG=1");
            await Task.Delay(_patience / 3, time, ct);
        }
    }

    public void Dispose() => _socket?.Dispose();

    void Tell(string state) => _socket?.Send(Encoding.ASCII.GetBytes(state));
}
