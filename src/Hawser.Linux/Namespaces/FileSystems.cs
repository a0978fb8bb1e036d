using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>Which kind of file system a file is on.</summary>
internal static unsafe class FileSystems
{
    const int StatfsSize = 120;

    const long NamespaceFiles = 0x6e736673; // NSFS_MAGIC

    /// <summary>Whether a file stands for a namespace (statfs(2), f_type).</summary>
    /// <exception cref="LinuxException">There is no such file, for example.</exception>
    public static bool IsNamespace(string path)
    {
        Span<byte> found = stackalloc byte[StatfsSize];
        fixed (byte* buffer = found) Libc.Check(Libc.Statfs(path, buffer), $"statfs {path}");
        return MemoryMarshal.Read<long>(found) == NamespaceFiles;
    }
}
