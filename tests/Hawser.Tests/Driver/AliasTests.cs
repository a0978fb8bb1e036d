namespace Hawser.Tests.Driver;

/// <summary>hawser serve --alias dovesnap=ovs: the name brings dovesnap's defaults, for the calls at its socket alone.</summary>
public sealed class AliasTests
{
    [Fact]
    public async Task A_network_of_dovesnaps_is_flat_where_it_names_no_mode_and_one_of_ovs_is_not()
    {
        await using var host = await StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("its"), "dovesnap.sock");
        (await ModeAsync(host, "its")).ShouldBe("flat");
        (await SkipsGatewayAsync(host, "dovesnap.sock")).ShouldBeTrue();

        await host.CallAsync("CreateNetwork", Calls.Network("own", "10.91.0.0/24", "10.91.0.1/24"));
        (await ModeAsync(host, "own")).ShouldBe("nat");
        (await SkipsGatewayAsync(host, "ovs.sock")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("nat", "10.90.0.1")]
    [InlineData("routed", "10.90.0.1")]
    [InlineData("flat", null)]
    public async Task Internal_at_dovesnaps_socket_leaves_the_way_out_that_the_mode_has(string mode, string? gateway)
    {
        await using var host = await StartAsync();
        (await JoinInternalAsync(host, "dovesnap.sock", mode)).ShouldBe(gateway);
        (await SkipsGatewayAsync(host, "dovesnap.sock", ("ovs.bridge.mode", mode))).ShouldBe(gateway is null);
    }

    [Fact]
    public async Task Internal_at_the_drivers_own_socket_means_no_way_out()
    {
        await using var host = await StartAsync();
        (await JoinInternalAsync(host, "ovs.sock", "nat")).ShouldBeNull();
    }

    [Fact]
    public async Task The_log_says_once_that_an_internal_network_has_a_way_out()
    {
        await using var host = await StartAsync();
        await JoinInternalAsync(host, "dovesnap.sock", "nat");
        await host.EndDaemonAsync("TERM");
        const string Said = "has a way out although it was made with --internal";
        (await host.LogAsync()).Count(line => line.Contains(Said, StringComparison.Ordinal)).ShouldBe(1);
    }

    static Task<DriverHost> StartAsync() => DriverHost.StartAsync(flags: ["--alias", "dovesnap=ovs"]);

    static async Task<string?> ModeAsync(DriverHost host, string network) =>
        (await host.StatusAsync()).GetProperty("networks").EnumerateArray()
            .Single(n => n.GetProperty("id").GetString() == Calls.Id(network)).GetProperty("mode").GetString();

    static async Task<string?> JoinInternalAsync(DriverHost host, string socket, string mode)
    {
        await host.CallAsync("CreateNetwork", Calls.InternalNetwork("n", ("ovs.bridge.mode", mode)), socket);
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"), socket);
        var joined = await host.CallAsync("Join", Calls.Join("n", "e"), socket);
        return joined.TryGetProperty("Gateway", out var gateway) && gateway.GetString() is { Length: > 0 } text ? text : null;
    }

    // As Docker asks it of an internal network.
    static async Task<bool> SkipsGatewayAsync(DriverHost host, string socket, params (string Key, string Value)[] options)
    {
        var request = new Dictionary<string, object> { ["com.docker.network.generic"] = options.ToDictionary(o => o.Key, o => o.Value) };
        if (options.Length > 0) request["com.docker.network.internal"] = true;
        return (await host.CallAsync("GwAllocCheck", new { Options = request }, socket)).GetProperty("SkipIPv4").GetBoolean();
    }
}
