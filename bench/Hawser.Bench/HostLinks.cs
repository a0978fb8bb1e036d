namespace Hawser.Bench;

/// <summary>The links of the host. The kernel deletes them in the background, and what is still being deleted slows the next run.</summary>
static class HostLinks
{
    // A thousand take minutes on a processor that is software.
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public static int Count => Directory.GetFileSystemEntries("/sys/class/net").Length;

    /// <summary>Waits until no more links are left than there were.</summary>
    public static Task ReturnToAsync(int count) => Eventually.TrueAsync($"the links to go back to {count}", Deadline, () => Count <= count);
}
