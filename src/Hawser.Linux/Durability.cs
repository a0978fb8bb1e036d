using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>Makes a folder's entries survive a loss of power: <c>fsync</c> of the folder itself, which .NET does not offer.</summary>
public static partial class Durability
{
    // O_RDONLY | O_CLOEXEC. The bit that is O_DIRECTORY on x86-64 is O_DIRECT on arm64, which folders refuse.
    const int OpenFlags = 0x80000;

    /// <summary>Waits until renames and removals in a folder are on disk.</summary>
    /// <exception cref="LinuxException">The folder cannot be opened or synced.</exception>
    public static void SyncFolder(string path)
    {
        var folder = Open(path, OpenFlags);
        if (folder < 0) throw LinuxException.Last($"open {path}");
        try
        {
            if (Fsync(folder) < 0) throw LinuxException.Last($"fsync {path}");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
