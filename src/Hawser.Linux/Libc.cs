using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>The C library, as far as the framework does not reach: sockets of any family, descriptors, and the clock.</summary>
/// <remarks>Descriptors are <see cref="SafeFileHandle"/>s, which close whatever a descriptor stands for.</remarks>
internal static unsafe partial class Libc
{
    const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial SafeFileHandle Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(SafeFileHandle socket, int level, int option, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "recvfrom", SetLastError = true)]
    internal static partial nint ReceiveFrom(
        SafeFileHandle socket, Span<byte> buffer, nuint length, int flags, void* sender, uint* senderLength);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoControl(SafeFileHandle descriptor, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial SafeFileHandle EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle descriptor, void* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int SetDescriptorFlags(int descriptor, int command, int flags);

    [LibraryImport(Library, EntryPoint = "adjtimex", SetLastError = true)]
    internal static partial int AdjustTime(void* timex);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(int folder, string path, int flags, uint mask, void* result);

    [LibraryImport(Library, EntryPoint = "setns", SetLastError = true)]
    internal static partial int SetNamespace(SafeFileHandle file, int kind);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMessage(SafeHandle socket, DescriptorPassing.Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint ReceiveMessage(SafeHandle socket, DescriptorPassing.Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statfs(string path, void* result);

    /// <summary>F_SETFD.</summary>
    internal const int SetFlags = 2;

    /// <summary>FD_CLOEXEC.</summary>
    internal const int CloseOnExec = 1;

    /// <summary>What errno means, as <c>strerror</c> says it.</summary>
    internal static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>Turns the -1 of a call into an exception.</summary>
    internal static void Check(nint result, string what)
    {
        if (result < 0) throw LinuxException.Last(what);
    }

    /// <summary>Turns an invalid descriptor into an exception.</summary>
    internal static SafeFileHandle Check(SafeFileHandle descriptor, string what)
    {
        if (!descriptor.IsInvalid) return descriptor;
        var failure = LinuxException.Last(what);
        descriptor.Dispose();
        throw failure;
    }
}
