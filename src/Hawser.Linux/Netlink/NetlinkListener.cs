namespace Hawser.Linux;

/// <summary>Receives multicast notifications on a thread of its own until it is cancelled.</summary>
internal sealed class NetlinkListener : IDisposable
{
    readonly NetlinkSocket _socket;

    internal NetlinkListener(NetlinkSocket socket) => _socket = socket;

    /// <summary>Takes one notification.</summary>
    public delegate void Handler(in NetlinkMessage message);

    /// <summary>Subscribes at once; nothing that happens from now on is missed.</summary>
    /// <param name="protocol">NETLINK_ROUTE and its kin.</param>
    /// <param name="groups">The multicast groups.</param>
    public static NetlinkListener Subscribe(int protocol, params ReadOnlySpan<int> groups) => new(NetlinkSocket.Open(protocol, groups));

    public void Dispose() => _socket.Dispose();

    /// <summary>Hands on each notification; closes the subscription when it ends.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="onMessage">Called for each notification.</param>
    /// <param name="onOverrun">Called when the kernel dropped some, or what it said cannot be read.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that fails if a callback throws, and is cancelled by <paramref name="ct"/>.</returns>
    public Task RunAsync(string name, Handler onMessage, Action onOverrun, CancellationToken ct)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(onMessage, onOverrun, ended, ct)) { Name = name, IsBackground = true };
        thread.Start();
        return ended.Task;
    }

    void Run(Handler onMessage, Action onOverrun, TaskCompletionSource ended, CancellationToken ct)
    {
        try
        {
            using (this) Listen(onMessage, onOverrun, ct);
            ended.SetCanceled(ct);
        }
        catch (Exception failure)
        {
            ended.SetException(failure); // the task is this thread's only way to tell
        }
    }

    void Listen(Handler onMessage, Action onOverrun, CancellationToken ct)
    {
        using var cancellation = new Cancellation(ct);
        while (cancellation.WaitReadable(_socket.Handle))
        {
            if (!TryReceive(out var datagram))
            {
                onOverrun();
                continue;
            }

            try
            {
                var reader = new NetlinkReader(datagram);
                while (reader.TryRead(out var message)) onMessage(message);
            }
            catch (NetlinkException unreadable) when (unreadable.IsBadMessage)
            {
                onOverrun();
            }
        }
    }

    bool TryReceive(out ReadOnlySpan<byte> datagram)
    {
        try
        {
            datagram = _socket.Receive();
            return true;
        }
        catch (LinuxException overrun) when (overrun.Errno == Errno.NoBufferSpace)
        {
            datagram = default;
            return false;
        }
    }
}
