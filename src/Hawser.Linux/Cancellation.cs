using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>A cancellation token as a descriptor, so that one <c>poll</c> waits for the kernel and for the caller's change of mind.</summary>
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

    /// <summary>Waits until <paramref name="descriptor"/> can be read; false when cancelled or out of time.</summary>
    /// <param name="descriptor">What to wait for.</param>
    /// <param name="timeout">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    public bool WaitReadable(SafeFileHandle descriptor, TimeSpan timeout)
    {
        var deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new() { Descriptor = (int)_event.DangerousGetHandle(), Events = PollDescriptor.In };
        descriptors[1] = new() { Descriptor = (int)descriptor.DangerousGetHandle(), Events = PollDescriptor.In };
        while (true)
        {
            var left = deadline == long.MaxValue ? -1 : (int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
            var ready = Libc.Poll(descriptors, 2, left);
            if (ready > 0) return descriptors[0].Returned == 0;
            if (ready == 0) return false;
            if (LinuxException.Last("poll") is { Errno: not Errno.Interrupted } failure) throw failure;
        }
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
