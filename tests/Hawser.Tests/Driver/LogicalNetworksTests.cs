using System.Text.Json;
using Hawser.Docker;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Driver;

public sealed class LogicalNetworksTests
{
    [Theory]
    [InlineData("10.80.0.0/24", "10.9.0.0/16")]
    [InlineData("10.9.0.0/16", "10.80.0.0/24")]
    public void The_same_subnets_in_any_order_mean_the_same_switch(string first, string second) =>
        NameOf([first, second], ["fd00:80::/64"]).ShouldBe("hawser-10.9.0.0/16");

    [Fact]
    public void A_network_of_IPv6_alone_is_named_after_its_subnet() => NameOf([], ["fd00:81::/64", "fd00:80::/64"]).ShouldBe("hawser-fd00:80::/64");

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("red", false)]
    [InlineData("red", true)]
    public void Every_version_of_Docker_asks_for_a_gateway(string vrf, bool isInternal)
    {
        Dictionary<string, string> generic = vrf.Length > 0 ? new() { ["ovn.vrf"] = vrf } : [];
        var options = new Dictionary<string, JsonElement>
        {
            ["com.docker.network.generic"] = JsonSerializer.SerializeToElement(generic),
            ["com.docker.network.internal"] = JsonSerializer.SerializeToElement(isInternal),
        };
        new LogicalNetworks(null!, null!).HasNoGateway(new(options)).ShouldBeFalse();
    }

    static string NameOf(string[] pools, string[] pools6) => new LogicalNetworks(null!, null!)
        .Read(new CreateNetworkRequest("net1", new Dictionary<string, JsonElement>(), Data(pools), Data(pools6)), DateTimeOffset.UnixEpoch).Logical!.Name;

    static IpamData[] Data(string[] pools) => [.. pools.Select(p => new IpamData(Pool: p))];
}
