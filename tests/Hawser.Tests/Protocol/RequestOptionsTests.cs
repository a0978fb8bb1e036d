using System.Text.Json;
using Hawser.Core;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Protocol;

/// <summary>Docker's options map, tolerant of what may be missing and strict with what is wrong.</summary>
public sealed class RequestOptionsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Options":null}""")]
    [InlineData("""{"options":{"com.docker.network.generic":null,"com.docker.network.portmap":null,"com.docker.network.endpoint.exposedports":null}}""")]
    [InlineData("""{"OPTIONS":{"com.docker.network.generic":{},"com.docker.network.portmap":[],"com.docker.network.endpoint.exposedports":[]}}""")]
    public void What_is_missing_is_empty(string request)
    {
        var options = Parse(request).Options;

        RequestOptions.ReadGeneric(options).ShouldBeEmpty();
        RequestOptions.ReadDriverOptions(options).ShouldBeEmpty();
        RequestOptions.ReadPortMap(options).ShouldBeEmpty();
        RequestOptions.ReadExposedPorts(options).ShouldBeEmpty();
        RequestOptions.ReadFlag(options, RequestOptions.EnableIPv4, whenAbsent: true).ShouldBeTrue();
    }

    [Fact]
    public void Null_text_and_missing_text_are_empty_text()
    {
        var request = Parse("""{"networkid":null,"Interface":{"MacAddress":null},"Options":{"com.docker.network.generic":{"vlan":null}},"Later":[1]}""");

        request.ShouldSatisfyAllConditions(
            () => request.NetworkID.ShouldBe(""),
            () => request.EndpointID.ShouldBe(""),
            () => request.Interface.ShouldBe(new EndpointInterface()),
            () => RequestOptions.ReadGeneric(request.Options)["vlan"].ShouldBe(""));
    }

    [Fact]
    public void Options_are_found_in_any_case_and_apart_from_the_engines_own()
    {
        var options = Parse("""
            {"Options":{"OVS.Port.VLAN":"7","com.docker.network.endpoint.macaddress":"AkIKAAAF","com.docker.network.portmap":[],
                        "com.docker.network.generic":{"MTU":"1400"}}}
            """).Options;

        RequestOptions.ReadDriverOptions(options).ShouldHaveSingleItem();
        RequestOptions.ReadDriverOptions(options)["ovs.port.vlan"].ShouldBe("7");
        RequestOptions.ReadGeneric(options)["mtu"].ShouldBe("1400");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"true\"", true)]
    [InlineData("\"0\"", false)]
    [InlineData("\"T\"", true)]
    [InlineData("null", true)]
    public void A_flag_may_be_text(string value, bool expected) =>
        RequestOptions.ReadFlag(With(RequestOptions.EnableIPv6, value), RequestOptions.EnableIPv6, whenAbsent: true).ShouldBe(expected);

    [Theory]
    [InlineData("com.docker.network.generic", "7", "the value is not a map")]
    [InlineData("com.docker.network.generic", "\"a\"", "the value is not a map")]
    [InlineData("com.docker.network.enable_ipv6", "\"yes\"", "the value is neither true nor false")]
    [InlineData("com.docker.network.enable_ipv6", "1", "the value is neither true nor false")]
    [InlineData("com.docker.network.portmap", "{}", "the value is malformed at $")]
    [InlineData("com.docker.network.portmap", "[null]", "the value is a list with an empty entry")]
    [InlineData("com.docker.network.portmap", "[{\"Proto\":\"tcp\"}]", "the value is malformed at $[0].Proto")]
    [InlineData("com.docker.network.portmap", "[{},{\"HostPort\":70000}]", "the value is malformed at $[1].HostPort")]
    [InlineData("com.docker.network.endpoint.exposedports", "[{\"Port\":-1}]", "the value is malformed at $[0].Port")]
    [InlineData("vlan", "7", "the value is not a string")]
    [InlineData("vlan", "\"\\ud800\"", "the value is not valid text")]
    [InlineData("vlan\":\"1\",\"VLAN", "\"7\"", "the value is given twice", "VLAN")]
    public void What_is_wrong_is_refused_by_name(string key, string value, string problem, string? named = null)
    {
        var options = With(key, value);

        Should.Throw<PluginException>(() =>
        {
            RequestOptions.ReadGeneric(options);
            RequestOptions.ReadDriverOptions(options);
            RequestOptions.ReadPortMap(options);
            RequestOptions.ReadExposedPorts(options);
            RequestOptions.ReadFlag(options, RequestOptions.EnableIPv6, whenAbsent: false);
        }).Message.ShouldBe($"option {named ?? key}: {problem}");
    }

    [Fact]
    public void A_name_that_is_no_text_is_refused() =>
        Should.Throw<PluginException>(() => RequestOptions.ReadGeneric(With(RequestOptions.Generic, "{\"\\ud800\":\"1\"}")))
            .Message.ShouldBe($"option {RequestOptions.Generic}: the value is a map with a name that is not valid text");

    [Fact]
    public void A_reply_leaves_out_what_it_does_not_say_and_numbers_its_routes()
    {
        var reply = new JoinResponse(new("v1", "eth"), StaticRoutes: [new("10.50.0.0/16", RouteType.Connected)]);

        JsonSerializer.Serialize(reply, DockerJson.Default.JoinResponse).ShouldBe(
            """{"InterfaceName":{"SrcName":"v1","DstPrefix":"eth"},"StaticRoutes":[{"Destination":"10.50.0.0/16","RouteType":1,"NextHop":""}],"DisableGatewayService":false}""");
        JsonSerializer.Serialize(new CreateEndpointResponse(), DockerJson.Default.CreateEndpointResponse).ShouldBe("{}");
    }

    static IReadOnlyDictionary<string, JsonElement>? With(string key, string value) =>
        Parse($$$"""{"Options":{"{{{key}}}":{{{value}}}}}""").Options;

    static CreateEndpointRequest Parse(string json) =>
        JsonSerializer.Deserialize(json, DockerJson.Default.CreateEndpointRequest)!;
}
