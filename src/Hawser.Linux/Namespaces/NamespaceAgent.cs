using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>
/// Opens sockets inside network namespaces for a process that may not enter them, and hands them out over a unix socket
/// (SCM_RIGHTS). It does nothing else. A request is a line: the namespace's file, a tab, and what to open. The answer is the
/// descriptor beside an empty line, or a line that says why there is none.
/// </summary>
public static class NamespaceAgent
{
    // Where Docker and `ip netns` keep the files of namespaces.
    static readonly string[] Folders = ["/run/docker/netns/", "/run/netns/"];
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    const int LongestLine = 4096;
    const int SocketLevel = 1;
    const int PeerCredentials = 17;

    /// <summary>Answers calls until none came for a while.</summary>
    /// <param name="listener">The socket that listens.</param>
    /// <param name="idle">How long to wait for the next call.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task ServeAsync(Socket listener, TimeSpan idle, CancellationToken ct)
    {
        while (true)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
            waiting.CancelAfter(idle);
            Socket caller;
            try
            {
                caller = await listener.AcceptAsync(waiting.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            // One after the other: a call takes less than a millisecond, and the caller sends its line at once.
            using (caller) Answer(caller);
        }
    }

    /// <summary>Asks for a descriptor.</summary>
    /// <exception cref="IOException">The agent refused; the message says why.</exception>
    internal static SafeFileHandle Ask(Socket agent, string path, NamespaceOpening opening)
    {
        agent.Send(Encoding.UTF8.GetBytes($"{path}\t{opening.Word}\n"));
        // A socket of the framework's may be one that does not wait.
        if (!agent.Poll(Patience, SelectMode.SelectRead))
            throw new IOException($"the agent that opens sockets in containers did not answer within {Patience.TotalSeconds:0} s");
        var (line, descriptor) = DescriptorPassing.Receive(agent, LongestLine);
        return descriptor ?? throw new IOException(line.Length > 0 ? line : "the agent that opens sockets in containers gave none");
    }

    [SuppressMessage("Design", "CA1031", Justification = "One of the edges: whatever a call fails with is its answer.")]
    static void Answer(Socket caller)
    {
        caller.ReceiveTimeout = caller.SendTimeout = 1000;
        try
        {
            SafeFileHandle? opened = null;
            var refusal = "";
            try
            {
                opened = Open(caller);
            }
            catch (Exception e)
            {
                refusal = e.Message.ReplaceLineEndings(" ");
            }
            using (opened) DescriptorPassing.Send(caller, refusal + "\n", opened);
        }
        catch (Exception e) when (e is SocketException or LinuxException)
        {
            // The caller has gone.
        }
    }

    static SafeFileHandle Open(Socket caller)
    {
        if (PeerOf(caller) != 0) throw new IOException("only root is answered");
        var words = ReadLine(caller).Split('\t');
        if (words.Length != 2) throw new IOException("a request is a file, a tab, and what to open");
        // /var/run is a link to /run, and a name such as /run/netns/../x leads elsewhere.
        var path = Path.GetFullPath(words[0]);
        if (path.StartsWith("/var/run/", StringComparison.Ordinal)) path = path["/var".Length..];
        if (!Folders.Any(folder => Path.GetDirectoryName(path) + "/" == folder))
            throw new IOException($"{path} is not in {string.Join(" or ", Folders)}");
        if (!FileSystems.IsNamespace(path)) throw new IOException($"{path} is no namespace");
        return NamespaceDoor.OpenInProcess(path, new NamespaceOpening(words[1]));
    }

    static string ReadLine(Socket caller)
    {
        var buffer = new byte[LongestLine];
        for (var length = 0; length < buffer.Length;)
        {
            var read = caller.Receive(buffer.AsSpan(length));
            if (read == 0) break;
            length += read;
            if (buffer[length - 1] == '\n') return Encoding.UTF8.GetString(buffer, 0, length - 1);
        }
        throw new IOException("a request ends with a line's end");
    }

    static uint PeerOf(Socket caller)
    {
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: process, user, group
        caller.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
    }
}
