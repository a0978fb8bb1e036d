using System.Diagnostics;

namespace Hawser.Lab.Harness;

/// <summary>The only place of the lab's tests that waits.</summary>
static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Polls until the command succeeds; fails with its last output.</summary>
    public static async Task<CommandResult> SucceedsAsync(Func<Task<CommandResult>> attempt, TimeSpan? deadline = null)
    {
        CommandResult? last = null;
        await PollAsync(async () => (last = await attempt()).Succeeded, () => last?.ToString() ?? "", deadline);
        return last!;
    }

    /// <summary>Polls until the condition holds; fails with what <paramref name="explain"/> says then.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string explain, TimeSpan? deadline = null) =>
        PollAsync(condition, () => explain, deadline);

    public static async Task PollAsync(Func<Task<bool>> condition, Func<string> explain, TimeSpan? deadline)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (deadline ?? Deadline))
                throw new LabException($"after {clock.Elapsed.TotalSeconds:0} s still: {explain()}");
            await Task.Delay(Pause);
        }
    }
}
