using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

public sealed class OvsdbEndpointTests
{
    [Theory]
    [InlineData("unix:/run/openvswitch/db.sock", OvsdbTransport.Unix, "/run/openvswitch/db.sock", 0)]
    [InlineData("tcp:10.0.0.1:6641", OvsdbTransport.Tcp, "10.0.0.1", 6641)]
    [InlineData("tcp:[::1]:6641", OvsdbTransport.Tcp, "::1", 6641)]
    [InlineData("ssl:nb.example.org:6641", OvsdbTransport.Ssl, "nb.example.org", 6641)]
    [InlineData("ssl:[fd00::1:2]:1", OvsdbTransport.Ssl, "fd00::1:2", 1)]
    public void An_endpoint_is_read_and_written_back(string text, OvsdbTransport transport, string address, int port)
    {
        var endpoint = OvsdbEndpoint.Parse(text);
        (endpoint.Transport, endpoint.Address, endpoint.Port).ShouldBe((transport, address, port));
        endpoint.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unix:")]
    [InlineData("unix:db.sock")]
    [InlineData("/run/db.sock")]
    [InlineData("http:host:80")]
    [InlineData("tcp:host")]
    [InlineData("tcp::6640")]
    [InlineData("tcp:host:0")]
    [InlineData("tcp:host:65536")]
    [InlineData("tcp:host:+1")]
    [InlineData("tcp:::1:6640")]
    [InlineData("tcp:[10.0.0.1]:6640")]
    [InlineData("tcp:[::1:6640")]
    [InlineData("tcp:a b:6640")]
    public void What_is_none_is_refused_with_the_text_and_the_forms_allowed(string text)
    {
        var message = Should.Throw<FormatException>(() => OvsdbEndpoint.Parse(text)).Message;
        message.ShouldContain($"\"{text}\"");
        message.ShouldContain("unix:/path, tcp:host:port and ssl:host:port");
    }

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused() =>
        Should.Throw<FormatException>(() => OvsdbEndpoint.Parse("unix:/" + new string('x', 107)));

    [Fact]
    public void A_list_is_separated_by_commas()
    {
        OvsdbEndpoint.ParseList("tcp:a:1, tcp:b:2").Select(e => e.ToString()).ShouldBe(["tcp:a:1", "tcp:b:2"]);
        Should.Throw<FormatException>(() => OvsdbEndpoint.ParseList("tcp:a:1,"));
    }
}
