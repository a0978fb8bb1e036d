using System.Text.Json;

namespace Hawser.Tests.Protocol;

/// <summary>A judge that lets everything pass would make every replay green.</summary>
public sealed class ReplyContractTests
{
    const string Endpoint = """{"NetworkID":"n","EndpointID":"e","Interface":{"Address":"10.9.0.5/16","AddressIPv6":"","MacAddress":""}}""";
    const string EndpointWithMac = """{"NetworkID":"n","EndpointID":"e","Interface":{"Address":"10.9.0.5/16","MacAddress":"02:42:0a:00:00:05"}}""";
    const string Join = """{"NetworkID":"n","EndpointID":"e"}""";

    [Theory]
    [InlineData("NetworkDriver.Leave", Join, "[]", "not an object")]
    [InlineData("NetworkDriver.Leave", Join, """{"Err":"no"}""", "carries an error")]
    [InlineData("NetworkDriver.GetCapabilities", "null", """{"Scope":"swarm"}""", "drops the driver")]
    [InlineData("NetworkDriver.CreateEndpoint", Endpoint, "{}", "no MAC was given")]
    [InlineData("NetworkDriver.CreateEndpoint", Endpoint, """{"Interface":{"MacAddress":"01:00:5e:00:00:01"}}""", "no unicast")]
    [InlineData("NetworkDriver.CreateEndpoint", Endpoint, """{"Interface":{"MacAddress":"02:42:0a:00:00:05","Address":"10.9.0.5/16"}}""", "Address was given")]
    [InlineData("NetworkDriver.CreateEndpoint", EndpointWithMac, """{"Interface":{"MacAddress":"02:42:0a:00:00:05"}}""", "a MAC was given")]
    [InlineData("NetworkDriver.Join", Join, "{}", "no name for a link")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"sixteen-letters-","DstPrefix":"eth"}}""", "no name for a link")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"v"}}""", "DstPrefix is empty")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"v","DstPrefix":"eth"},"Gateway":"10.9.0.1/16"}""", "no plain IPv4")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"v","DstPrefix":"eth"},"Gateway":"10.9.0.1","DisableGatewayService":true}""", "together")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"v","DstPrefix":"eth"},"StaticRoutes":[{"Destination":"10.0.0.0/8","RouteType":"1"}]}""", "no number")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"v","DstPrefix":"eth"},"StaticRoutes":[{"RouteType":1}]}""", "dereferences nil")]
    [InlineData("NetworkDriver.Join", Join, """{"InterfaceName":{"SrcName":"v","DstPrefix":"eth"},"StaticRoutes":[{"Destination":"0.0.0.0/0","NextHop":"10.9.0.1","RouteType":0}]}""", "default route")]
    [InlineData("IpamDriver.RequestPool", """{"Pool":"10.9.0.0/16"}""", """{"PoolID":"p","Pool":"10.9.0.1/16"}""", "host bits")]
    [InlineData("IpamDriver.RequestAddress", """{"Address":"10.9.0.7"}""", """{"Address":"10.9.0.8/16"}""", "not the one asked for")]
    [InlineData("IpamDriver.GetDefaultAddressSpaces", "null", """{"LocalDefaultAddressSpace":"a","GlobalDefaultAddressSpace":"a"}""", "not two names")]
    public void A_reply_that_dockerd_would_choke_on_is_found(string method, string body, string reply, string broken) =>
        new ReplyContract().Check(Request(method, body), Parse(reply)).ShouldContain(rule => rule.Contains(broken, StringComparison.Ordinal));

    [Fact]
    public void An_internal_network_has_no_gateway_and_no_two_endpoints_share_a_link()
    {
        var contract = new ReplyContract();
        contract.Check(Request("NetworkDriver.CreateNetwork",
            """{"NetworkID":"n","Options":{"com.docker.network.internal":true}}"""), Parse("{}")).ShouldBeEmpty();
        var reply = Parse("""{"InterfaceName":{"SrcName":"v","DstPrefix":"eth"},"Gateway":"10.9.0.1"}""");

        contract.Check(Request("NetworkDriver.Join", Join), reply).ShouldBe(["an internal network has a gateway"]);
        contract.Check(Request("NetworkDriver.Join", """{"NetworkID":"m","EndpointID":"f"}"""), reply)
            .ShouldBe(["SrcName v belongs to another endpoint"]);
    }

    static RecordedRequest Request(string method, string body) =>
        new("", method, [], body == "null" ? null : Parse(body), default);

    static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
