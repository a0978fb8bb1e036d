namespace Hawser.Tests.Servers;

/// <summary>Deadlines of waits: long enough for a busy machine, for no test waits longer than it has to.</summary>
static class Within
{
    public static CancellationToken Seconds(int seconds) =>
        new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}
