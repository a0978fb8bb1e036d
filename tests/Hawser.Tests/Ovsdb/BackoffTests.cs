using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_up_to_the_longest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        Seconds(backoff, 6).ShouldBe([1, 2, 4, 8, 8, 8]);
        backoff.Reset();
        Seconds(backoff, 1).ShouldBe([1]);
    }

    [Fact]
    public void All_servers_are_tried_before_each_wait() =>
        Seconds(new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), freeTries: 2), 9).ShouldBe([0, 0, 1, 0, 0, 2, 0, 0, 4]);

    static double[] Seconds(Backoff backoff, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => backoff.Next().TotalSeconds)];
}
