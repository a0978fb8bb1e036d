using System.Net.NetworkInformation;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

/// <summary>Runs a test in a network namespace with a link, h, whose other end, c, is in another: a host does not answer itself.</summary>
static class PeerNamespace
{
    /// <param name="test">Gets the link h, and the MAC address of c.</param>
    /// <param name="own">Addresses of h, with their prefixes.</param>
    /// <param name="peer">Addresses of c, with their prefixes.</param>
    public static void RunBeside(Action<RouteNetlink, Link, PhysicalAddress> test, string[] own, string[] peer) => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(new() { Name = "h", PeerName = "c", Alias = "hawser:test" });
        var mac = route.FindLink("c")!.Address!;
        var pid = Shell("unshare -n sleep 60 >/dev/null 2>&1 & echo $!").Trim();
        try
        {
            var isApart = $"test $(readlink /proc/{pid}/ns/net) != $(readlink /proc/self/ns/net)";
            Eventually(() => TryShell(isApart).ExitCode == 0, "the peer's namespace");
            Shell($"ip link set dev c netns {pid} && nsenter -t {pid} -n ip link set dev c up && ip link set dev h up");
            foreach (var address in own) Shell($"ip address add {address} dev h {NoDad(address)}");
            foreach (var address in peer) Shell($"nsenter -t {pid} -n ip address add {address} dev c {NoDad(address)}");
            test(route, route.FindLink("h")!, mac);
        }
        finally
        {
            Shell($"kill {pid}");
        }
    });

    static string NoDad(string address) => address.Contains(':', StringComparison.Ordinal) ? "nodad" : "";
}
