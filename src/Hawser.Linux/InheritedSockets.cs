using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;

namespace Hawser.Linux;

/// <summary>
/// Unix sockets that systemd bound, and listens on, before it started this process (sd_listen_fds(3)). Calls wait in them
/// while no process serves them, so that a restart loses none.
/// </summary>
public static class InheritedSockets
{
    const int FirstDescriptor = 3;

    /// <summary>Takes them; a second time there are none.</summary>
    /// <returns>The sockets, by the files they are bound to. They are not passed on to processes that this one starts.</returns>
    public static ImmutableDictionary<string, Socket> Take()
    {
        var process = InheritedEnvironment.Take("LISTEN_PID");
        var count = InheritedEnvironment.Take("LISTEN_FDS");
        InheritedEnvironment.Take("LISTEN_FDNAMES");
        // What was meant for another process, such as a shell that started this one, is none of ours.
        if (process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            || !int.TryParse(count, CultureInfo.InvariantCulture, out var descriptors))
            return ImmutableDictionary<string, Socket>.Empty;
        return Enumerable.Range(FirstDescriptor, descriptors).Select(Adopt).ToImmutableDictionary(s => s.LocalEndPoint!.ToString()!);
    }

    static Socket Adopt(int descriptor)
    {
        Libc.Check(Libc.SetDescriptorFlags(descriptor, Libc.SetFlags, Libc.CloseOnExec), "fcntl");
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }
}
