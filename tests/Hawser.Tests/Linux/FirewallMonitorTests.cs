using System.Collections.Concurrent;
using System.Diagnostics;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class FirewallMonitorTests
{
    [Theory]
    [InlineData("nft", "add table ip theirs")]
    [InlineData("iptables-nft", "-N THEIRS")]
    public void A_strangers_change_is_told_with_its_process_id(string program, string arguments) => RunMonitored((changes, _) =>
    {
        using var stranger = Process.Start(program, arguments);
        stranger.WaitForExit();
        stranger.ExitCode.ShouldBe(0);
        Eventually(() => changes.Contains(stranger.Id), $"a change by {program}");
    });

    [Fact]
    public void Our_own_change_can_be_told_from_a_strangers() => RunMonitored((changes, iptables) =>
    {
        iptables.RestoreAsync(IpFamily.IPv4, "*filter\n:HAWSER-FWD - [0:0]\nCOMMIT\n", CancellationToken.None).GetAwaiter().GetResult();
        Eventually(() => !changes.IsEmpty, "our change");
        changes.ShouldAllBe(id => id == iptables.LastChildId && iptables.IsOwnChild(id!.Value));
        Shell("nft delete chain ip filter HAWSER-FWD");
        Eventually(() => changes.Any(id => !iptables.IsOwnChild(id!.Value)), "the stranger's change");
    });

    static void RunMonitored(Action<ConcurrentQueue<int?>, Iptables> test) => Run(() =>
    {
        using var cancellation = new CancellationTokenSource();
        var changes = new ConcurrentQueue<int?>();
        var monitor = FirewallMonitor.RunAsync(changes.Enqueue, cancellation.Token);
        test(changes, new(IptablesFlavour.Nft));
        monitor.IsCompleted.ShouldBeFalse();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => monitor.WaitAsync(TimeSpan.FromSeconds(10)));
    });
}
