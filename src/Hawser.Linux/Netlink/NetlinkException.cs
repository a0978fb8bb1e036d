namespace Hawser.Linux;

/// <summary>
/// The kernel refused a netlink request, <c>ip link add hwp1 type veth peer name hwc1: File exists</c>, or its answer cannot be read.
/// </summary>
/// <param name="errno">The error number.</param>
/// <param name="verb">What was asked for, as the equivalent command line.</param>
/// <param name="details">What the kernel said about it in words, if it did.</param>
public sealed class NetlinkException(int errno, string verb, string? details) : LinuxException(errno, verb, details)
{
    /// <summary>The kernel's own words (the extended acknowledgement), when it gave any.</summary>
    public string? Details { get; } = details;

    /// <summary>Whether a message could not be read at all.</summary>
    internal bool IsBadMessage => Errno == Linux.Errno.BadMessage;

    /// <summary>The exception for a message that is not what the protocol says.</summary>
    internal static NetlinkException BadMessage(string what) => new(Linux.Errno.BadMessage, "read what the kernel says by netlink", what);
}
