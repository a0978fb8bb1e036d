using System.Collections.Concurrent;
using System.Net;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class LinkMonitorTests
{
    [Fact]
    public void It_sees_a_link_come_change_its_name_and_go() => RunMonitored(changes =>
    {
        Shell("ip link add va type veth peer name vb");
        Eventually(() => changes.Any(change => change is { Name: "va", Deleted: false, Link.Kind: "veth" }), "va");
        var index = changes.First(change => change.Name == "va").Index;
        Shell("ip link set va name renamed");
        Eventually(() => changes.Any(change => change.Index == index && change is { Name: "renamed", Deleted: false }), "the new name");
        Shell("ip link delete renamed");
        Eventually(() => changes.Any(change => change.Index == index && change is { Name: "renamed", Deleted: true }), "the end");
    });

    [Fact]
    public void It_sees_addresses_come_and_go() => RunMonitored(changes =>
    {
        foreach (var (text, length) in ((string, int)[])[("10.0.0.1", 24), ("fd00::1", 64)])
        {
            var address = IPAddress.Parse(text);
            Shell($"ip address add {address}/{length} dev lo");
            Eventually(() => changes.Any(change => address.Equals(change.Address) && change.PrefixLength == length && change is { Index: 1, Deleted: false }), $"{text} to come");
            Shell($"ip address delete {address}/{length} dev lo");
            Eventually(() => changes.Any(change => address.Equals(change.Address) && change is { Index: 1, Deleted: true }), $"{text} to go");
        }
    });

    [Fact]
    public void A_port_that_leaves_its_bridge_is_not_a_deleted_link() => RunMonitored(changes =>
    {
        Shell("ip link add br0 type bridge; ip link add va type veth peer name vb; ip link set va master br0; ip link set va nomaster; ip link add last type dummy || ip link add last type bridge");
        Eventually(() => changes.Any(change => change.Name == "last"), "the last link");
        changes.ShouldContain(change => change.Name == "va" && change.Link!.Master != null);
        changes.ShouldAllBe(change => !change.Deleted);
    });

    [Fact]
    public void A_link_that_moves_away_is_deleted_here() => RunMonitored(changes =>
    {
        Shell("ip link add va type veth peer name vb; unshare -n sh -c 'nsenter -t $PPID -n ip link set vb netns $$'");
        Eventually(() => changes.Any(change => change is { Name: "vb", Deleted: true }), "vb to be gone");
    });

    [Fact]
    public void Lost_notifications_are_told() => Run(() =>
    {
        using var cancellation = new CancellationTokenSource();
        using var enough = new ManualResetEventSlim();
        var overrun = 0;
        var monitor = LinkMonitor.RunAsync(
            change =>
            {
                enough.Wait();
                if (change.Overrun) Interlocked.Increment(ref overrun);
            },
            cancellation.Token);
        using (var route = new RouteNetlink())
        {
            // A change of the alias is a notification of some 2 KiB; the socket holds 4 MiB (twice that in the kernel's count).
            for (var i = 0; i < 20_000; i++) route.SetAlias(1, $"{i}");
        }

        enough.Set();
        Eventually(() => overrun > 0, "the overrun");
        End(monitor, cancellation);
    });

    [Fact]
    public void What_the_callback_throws_ends_it() => Run(() =>
    {
        var monitor = LinkMonitor.RunAsync(_ => throw new InvalidOperationException("mine"), CancellationToken.None);
        Shell("ip link set lo mtu 60000");
        Should.Throw<InvalidOperationException>(() => monitor.WaitAsync(TimeSpan.FromSeconds(10))).Message.ShouldBe("mine");
    });

    static void RunMonitored(Action<ConcurrentQueue<LinkChange>> test) => Run(() =>
    {
        using var cancellation = new CancellationTokenSource();
        var changes = new ConcurrentQueue<LinkChange>();
        var monitor = LinkMonitor.RunAsync(changes.Enqueue, cancellation.Token);
        test(changes);
        End(monitor, cancellation);
    });

    static void End(Task monitor, CancellationTokenSource cancellation)
    {
        monitor.IsCompleted.ShouldBeFalse();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => monitor.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
