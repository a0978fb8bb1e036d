using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>A file's owner, which the framework does not tell, and who may use the file.</summary>
/// <param name="Owner">The owner's user id.</param>
/// <param name="Mode">The bits that <c>chmod</c> sets.</param>
public readonly unsafe record struct FilePermissions(uint Owner, int Mode)
{
    const int CurrentFolder = -100;
    const uint OwnerAndMode = 0x8 | 0x2;
    const int StatxSize = 256;
    const int OwnerOffset = 20;
    const int ModeOffset = 28;
    const int ModeBits = 0xfff;

    /// <summary>Reads them (statx(2)).</summary>
    /// <exception cref="LinuxException">There is no such file, for example.</exception>
    public static FilePermissions Of(string path)
    {
        Span<byte> found = stackalloc byte[StatxSize];
        fixed (byte* buffer = found) Libc.Check(Libc.Statx(CurrentFolder, path, 0, OwnerAndMode, buffer), $"statx {path}");
        return new(MemoryMarshal.Read<uint>(found[OwnerOffset..]), MemoryMarshal.Read<ushort>(found[ModeOffset..]) & ModeBits);
    }
}
