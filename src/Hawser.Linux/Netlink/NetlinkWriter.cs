using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hawser.Linux;

/// <summary>Writes netlink messages one after the other into a buffer, numbering them upward.</summary>
/// <remarks>
/// Several messages in one buffer travel in one <c>sendmsg</c>, and the kernel works through all of them before it
/// returns: not even SIGKILL falls in between. A message that is refused does not stop the ones after it.
/// </remarks>
/// <param name="buffer">Where the messages go.</param>
/// <param name="firstSequence">The sequence number of the first.</param>
internal ref struct NetlinkWriter(Span<byte> buffer, uint firstSequence)
{
    readonly Span<byte> _buffer = buffer;
    int _messageStart;

    public uint FirstSequence { get; } = firstSequence;

    /// <summary>How many messages have been begun.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>Begins a message with its protocol's fixed part; <see cref="End"/> finishes it.</summary>
    public void Begin<T>(ushort type, NetlinkFlags flags, in T fixedPart) where T : unmanaged
    {
        _messageStart = Length;
        Append(new NetlinkHeader
        {
            Type = type,
            Flags = flags | NetlinkFlags.Request | NetlinkFlags.Ack,
            Sequence = FirstSequence + (uint)Count,
        });
        Append(fixedPart);
        Count++;
    }

    /// <summary>Finishes the message: its length is known now.</summary>
    public readonly void End() => MemoryMarshal.Write(_buffer[_messageStart..], Length - _messageStart);

    /// <summary>Writes a bare structure, padded to four bytes.</summary>
    public void Append<T>(in T value) where T : unmanaged
    {
        MemoryMarshal.Write(_buffer[Length..], in value);
        Advance(Unsafe.SizeOf<T>());
    }

    /// <summary>Writes an attribute of bytes.</summary>
    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        AttributeHeader(type, value.Length);
        value.CopyTo(_buffer[Length..]);
        Advance(value.Length);
    }

    /// <summary>Writes an attribute of 32 bits in the host's order.</summary>
    public void Attribute(ushort type, uint value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    /// <summary>Writes an attribute of text, with the zero byte that the kernel expects.</summary>
    public void Attribute(ushort type, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value) + 1;
        AttributeHeader(type, length);
        Encoding.UTF8.GetBytes(value, _buffer[Length..]);
        _buffer[Length + length - 1] = 0;
        Advance(length);
    }

    /// <summary>Begins an attribute made of attributes; give the result to <see cref="EndNested"/>.</summary>
    public int BeginNested(ushort type)
    {
        var start = Length;
        AttributeHeader(type, 0);
        return start;
    }

    /// <summary>Finishes a nested attribute.</summary>
    public readonly void EndNested(int start) =>
        MemoryMarshal.Write(_buffer[start..], checked((ushort)(Length - start)));

    void AttributeHeader(ushort type, int length)
    {
        MemoryMarshal.Write(_buffer[Length..], checked((ushort)(length + 4)));
        MemoryMarshal.Write(_buffer[(Length + 2)..], type);
        Length += 4;
    }

    void Advance(int length)
    {
        var padded = (length + 3) & ~3;
        _buffer[(Length + length)..(Length + padded)].Clear();
        Length += padded;
    }
}
