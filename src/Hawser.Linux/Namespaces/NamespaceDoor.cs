using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>
/// Opens sockets inside network namespaces: in this process, if it may enter them, or by an agent that may. The daemon needs no
/// more than the sockets, and so no capability to enter anything.
/// </summary>
/// <param name="agent">The agent's socket, which is asked if this process may not enter namespaces.</param>
public sealed class NamespaceDoor(string agent)
{
    const int NewNetwork = 0x40000000; // CLONE_NEWNET: refused if the file is no network namespace's
    const int SystemAdministration = 21; // CAP_SYS_ADMIN

    /// <summary>Whether this process may enter namespaces itself.</summary>
    public static bool IsInProcess { get; } = HasCapability(SystemAdministration);

    /// <summary>Whether it can be opened at all.</summary>
    public bool IsThere => IsInProcess || File.Exists(agent);

    /// <summary>Opens something inside a namespace.</summary>
    /// <param name="path">The namespace's file.</param>
    /// <param name="opening">What to open.</param>
    /// <exception cref="LinuxException">It cannot be opened; the message says why.</exception>
    /// <exception cref="IOException">The agent does not answer, or refused.</exception>
    public SafeFileHandle Open(string path, NamespaceOpening opening) =>
        IsInProcess ? OpenInProcess(path, opening) : OpenByAgent(path, opening);

    /// <summary>
    /// Opens something inside a namespace on a thread of its own, which ends: no thread of the pool is ever left in a namespace
    /// that is not the process's.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "What the thread throws is thrown again on the caller's.")]
    internal static SafeFileHandle OpenInProcess(string path, NamespaceOpening opening)
    {
        SafeFileHandle? opened = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                Libc.Check(Libc.SetNamespace(file, NewNetwork), $"enter network namespace {path}");
                opened = opening.Open();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return opened!;
    }

    SafeFileHandle OpenByAgent(string path, NamespaceOpening opening)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(agent));
            return NamespaceAgent.Ask(socket, path, opening);
        }
        catch (SocketException e)
        {
            throw new IOException($"the agent that opens sockets in containers does not answer at {agent}: {e.Message}", e);
        }
    }

    static bool HasCapability(int number)
    {
        const string Effective = "CapEff:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null && (Convert.ToUInt64(line[Effective.Length..].Trim(), 16) >> number & 1) == 1;
    }
}
