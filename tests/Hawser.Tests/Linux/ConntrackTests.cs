using System.Net;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class ConntrackTests
{
    [Theory]
    [InlineData("iptables", "127.0.0.1")]
    [InlineData("ip6tables", "::1")]
    public void A_flow_is_found_and_forgotten_and_others_stay(string iptables, string address) => Run(() =>
    {
        Shell($"{iptables} -A INPUT -m conntrack --ctstate NEW -j ACCEPT");
        Shell($"bash -c 'for port in 4001 4002; do echo > /dev/udp/{address}/$port; done'");
        using var conntrack = new Conntrack();
        var flow = conntrack.Find(f => f.Destination.Port == 4001).ShouldHaveSingleItem();
        flow.Protocol.ShouldBe((byte)17);
        flow.Destination.Address.ShouldBe(IPAddress.Parse(address));
        flow.Answerer.ShouldBe(flow.Destination);

        conntrack.Forget([flow]);
        conntrack.Forget([flow]);

        conntrack.Find(_ => true).Select(f => f.Destination.Port).ShouldBe([4002]);
    });
}
