using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>The kernel refused something; <see cref="Errno"/> says what it answered.</summary>
public class LinuxException : Exception
{
    /// <summary>Makes the exception for a refused call.</summary>
    /// <param name="errno">The error number.</param>
    /// <param name="what">What was tried, as a user would write it.</param>
    public LinuxException(int errno, string what) : this(errno, what, details: null)
    {
    }

    private protected LinuxException(int errno, string what, string? details)
        : base($"{what}: {Libc.Describe(errno)}{(details is null ? "" : $" ({details})")}") => Errno = errno;

    /// <summary>The error number, such as 17 for EEXIST.</summary>
    public int Errno { get; }

    /// <summary>Whether what was to be made is there already.</summary>
    public bool IsAlreadyThere => Errno == Linux.Errno.Exists;

    /// <summary>Whether an address is none of this host's.</summary>
    public bool IsAddressAbsent => Errno == Linux.Errno.AddressNotAvailable;

    /// <summary>Whether a capability is lacking.</summary>
    public bool IsForbidden => Errno == Linux.Errno.Access;

    /// <summary>The exception for the call that has just failed on this thread.</summary>
    internal static LinuxException Last(string what) => new(Marshal.GetLastPInvokeError(), what);
}
