using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>A cancellation token as a descriptor, so that one <c>poll</c> waits for the kernel and for a cancellation.</summary>
internal sealed unsafe class Cancellation : IDisposable
{
    const int CloseOnExec = 0x80000;
    const int NonBlocking = 0x800;

    readonly SafeFileHandle _event;
    readonly CancellationTokenRegistration _registration;

    public Cancellation(CancellationToken ct)
    {
        _event = Libc.Check(Libc.EventDescriptor(0, CloseOnExec | NonBlocking), "eventfd");
        _registration = ct.UnsafeRegister(static state => ((Cancellation)state!).Signal(), this);
    }

    /// <summary>Waits until <paramref name="descriptor"/> can be read; false when cancelled.</summary>
    public bool WaitReadable(SafeFileHandle descriptor)
    {
        const int NoTimeout = -1;
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new() { Descriptor = (int)_event.DangerousGetHandle(), Events = PollDescriptor.In };
        descriptors[1] = new() { Descriptor = (int)descriptor.DangerousGetHandle(), Events = PollDescriptor.In };
        while (Libc.Poll(descriptors, 2, NoTimeout) < 0)
        {
            if (LinuxException.Last("poll") is { Errno: not Errno.Interrupted } failure) throw failure;
        }

        return descriptors[0].Returned == 0;
    }

    /// <summary>Ends the registration before the descriptor closes, so that no late signal reaches a reused number.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        _event.Dispose();
    }

    void Signal()
    {
        ulong one = 1;
        Libc.Check(Libc.Write(_event, &one, sizeof(ulong)), "eventfd");
    }
}
