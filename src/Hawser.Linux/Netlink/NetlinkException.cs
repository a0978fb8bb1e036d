namespace Hawser.Linux;

/// <summary>The kernel refused a netlink request: <c>ip link add hwp1 type veth peer name hwc1: File exists</c>.</summary>
/// <param name="errno">The error number.</param>
/// <param name="verb">What was asked for, as the equivalent command line.</param>
/// <param name="details">What the kernel said about it in words, if it did.</param>
public sealed class NetlinkException(int errno, string verb, string? details) : LinuxException(errno, verb, details)
{
    /// <summary>The kernel's own words (the extended acknowledgement), when it gave any.</summary>
    public string? Details { get; } = details;
}
