using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>Sends descriptors to another process over a unix socket, beside text (unix(7), SCM_RIGHTS).</summary>
internal static unsafe class DescriptorPassing
{
    const int SocketLevel = 1;
    const int Rights = 1;
    const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    const int NoSignal = 0x4000;

    /// <summary><c>struct msghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct iovec</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Part
    {
        public void* Bytes;
        public nuint Length;
    }

    /// <summary><c>struct cmsghdr</c> with one descriptor, padded as the kernel wants it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Control
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        readonly int _padding;

        public static readonly nuint LengthWithOne = (nuint)sizeof(nuint) + 3 * sizeof(int);
    }

    /// <summary>Sends text, and a descriptor if there is one.</summary>
    /// <exception cref="LinuxException">The other side has gone, for example.</exception>
    public static void Send(Socket socket, string text, SafeFileHandle? descriptor)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            var part = new Part { Bytes = start, Length = (nuint)bytes.Length };
            var control = new Control
            {
                Length = Control.LengthWithOne,
                Level = SocketLevel,
                Type = Rights,
                Descriptor = descriptor is null ? 0 : (int)descriptor.DangerousGetHandle(),
            };
            var message = new Message { Parts = &part, PartCount = 1 };
            if (descriptor is not null)
            {
                message.Control = &control;
                message.ControlLength = (nuint)sizeof(Control);
            }
            Libc.Check(Libc.SendMessage(socket.SafeHandle, &message, NoSignal), "send a descriptor");
        }
    }

    /// <summary>Receives a line, and the descriptor that came beside it, if one did.</summary>
    /// <exception cref="LinuxException">Nothing came in time, for example.</exception>
    public static (string Line, SafeFileHandle? Descriptor) Receive(Socket socket, int longest)
    {
        var buffer = new byte[longest];
        fixed (byte* start = buffer)
        {
            var part = new Part { Bytes = start, Length = (nuint)buffer.Length };
            var control = default(Control);
            var message = new Message { Parts = &part, PartCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
            var length = Libc.ReceiveMessage(socket.SafeHandle, &message, CloseOnExec);
            Libc.Check(length, "receive a descriptor");
            var hasDescriptor = message.ControlLength >= Control.LengthWithOne && control is { Level: SocketLevel, Type: Rights };
            return (
                Encoding.UTF8.GetString(buffer, 0, (int)length).TrimEnd('\n'),
                hasDescriptor ? new SafeFileHandle(control.Descriptor, ownsHandle: true) : null);
        }
    }
}
