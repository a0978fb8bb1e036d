namespace Hawser.Linux;

/// <summary>The kernel's clock.</summary>
public static unsafe class Clock
{
    const int TimexSize = 208;
    const int StateError = 5;

    /// <summary>Whether something such as chrony keeps it in step (adjtimex(2)).</summary>
    public static bool IsSynchronized()
    {
        // Modes are its first field, and 0 changes nothing.
        var timex = stackalloc byte[TimexSize];
        new Span<byte>(timex, TimexSize).Clear();
        var state = Libc.AdjustTime(timex);
        Libc.Check(state, "adjtimex");
        return state != StateError;
    }
}
