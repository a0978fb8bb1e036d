using Hawser.Core;
using Hawser.Core.Ipam;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ipam;

/// <summary>What hosts may rely on of the plan that they share, whatever is lost.</summary>
public sealed class AddressPlanTests : IAsyncLifetime
{
    const string Subnet = "10.87.0.0/24";

    OvsdbServer _northbound = null!;
    PlanHost _one = null!, _two = null!;

    public async Task InitializeAsync()
    {
        _northbound = await PlanHost.StartNorthboundAsync();
        _one = await PlanHost.StartAsync(_northbound.Unix, "one");
        _two = await PlanHost.StartAsync(_northbound.Unix, "two");
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _northbound.DisposeAsync();
    }

    [Fact]
    public async Task After_the_database_was_lost_a_host_gives_out_none_of_its_addresses_again()
    {
        var pool = await _one.NetworkAsync("10.87.0.0/29", "10.87.0.1", auxiliary: "10.87.0.2");
        foreach (var address in new[] { "10.87.0.3", "10.87.0.4", "10.87.0.5" }) await _one.RunAsync(pool, address);
        await LoseDatabaseAsync();

        (await _one.TakeAsync(pool)).ShouldBe("10.87.0.6");
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway", "10.87.0.2 auxiliary", "10.87.0.3 one", "10.87.0.4 one", "10.87.0.5 one", "10.87.0.6 one"]);
        (await Should.ThrowAsync<PluginException>(() => _one.TakeAsync(pool))).Message.ShouldContain("has no free address");
    }

    [Fact]
    public async Task A_pool_that_another_host_has_made_again_has_this_hosts_addresses_before_it_gives_one_out()
    {
        var pool = await _one.NetworkAsync("10.87.0.0/29", "10.87.0.1");
        await _two.NetworkAsync("10.87.0.0/29", "10.87.0.1");
        foreach (var address in new[] { "10.87.0.2", "10.87.0.3", "10.87.0.4" }) await _two.RunAsync(pool, address);
        await LoseDatabaseAsync();

        await _one.TakeAsync(pool, "10.87.0.5");
        (await _two.TakeAsync(pool)).ShouldBe("10.87.0.6");
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway", "10.87.0.2 two", "10.87.0.3 two", "10.87.0.4 two", "10.87.0.5 one", "10.87.0.6 two"]);
    }

    [Fact]
    public async Task After_the_database_was_lost_the_next_look_restores_the_plan()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1", auxiliary: "10.87.0.9");
        await _one.RunAsync(pool, "10.87.0.11");
        await _one.LookAsync();
        await LoseDatabaseAsync();

        _one.Pass(TimeSpan.FromSeconds(1));
        await _one.LookAsync();
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway", "10.87.0.11 one", "10.87.0.9 auxiliary"]);
    }

    [Fact]
    public async Task A_hosts_claims_go_with_its_share_and_the_gateway_stays()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1");
        await _two.NetworkAsync(Subnet, "10.87.0.1");
        await _one.RunAsync(pool, "10.87.0.11");
        await _two.RunAsync(pool, "10.87.0.22");
        _two.Lose("10.87.0.22");
        _two.LoseNetworks();

        await _two.LookLongEnoughAsync();
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway", "10.87.0.11 one"]);
        (await _one.PoolsAsync()).ShouldBe([$"{Subnet} one"]);
    }

    [Fact]
    public async Task A_host_that_joins_while_the_last_one_is_forgotten_keeps_its_pool()
    {
        for (var round = 0; round < 20; round++)
        {
            var pool = AddressPool.Parse(await _one.PoolAsync(Subnet));
            await Task.WhenAll(_two.Plan.ForgetHostAsync(pool, "one", default), _two.TakeAsync(await _two.PoolAsync(Subnet), "10.87.0.22"));
            (await _two.ClaimsAsync()).ShouldBe(["10.87.0.22 auxiliary"]);
            await _two.Ipam.ReleasePoolAsync(new(pool.Id), default);
        }
        (await _two.PoolsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_its_state_lost_a_host_takes_its_pool_over_and_gives_back_what_no_container_has()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1");
        foreach (var address in new[] { "10.87.0.11", "10.87.0.12" }) await _one.RunAsync(pool, address);
        await using var again = await PlanHost.StartAsync(_northbound.Unix, "one");
        again.KnowNetwork(Subnet, "10.87.0.1");
        again.KnowContainer(pool, "10.87.0.11");

        await again.LookLongEnoughAsync();
        await again.LookLongEnoughAsync();
        (await again.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway", "10.87.0.11 one"]);
    }

    [Fact]
    public async Task A_pool_that_an_earlier_installation_left_can_be_released_on_the_host_itself()
    {
        await _one.RunAsync(await _one.NetworkAsync(Subnet, "10.87.0.1"), "10.87.0.11");
        await using var again = await PlanHost.StartAsync(_northbound.Unix, "one");
        await again.NetworkAsync("10.88.0.0/24", "10.88.0.1");
        await again.LookLongEnoughAsync();
        (await again.PoolsAsync()).ShouldBe([$"{Subnet} one", "10.88.0.0/24 one"]);

        (await again.Admin.ForgetHostAsync(new("one"), default)).ShouldBe(new("one", 1, 1, 0, 0));
        (await again.PoolsAsync()).ShouldBe(["10.88.0.0/24 one"]);
        (await Should.ThrowAsync<PluginException>(() => again.Admin.ForgetHostAsync(new("one"), default))).Message.ShouldContain("is this one, and lives");
    }

    [Fact]
    public async Task What_nobody_has_goes_back_though_another_domain_has_the_same()
    {
        await _one.RunAsync(await _one.NetworkAsync(Subnet, vrf: "red"), "10.87.0.11");
        var blue = await _one.NetworkAsync(Subnet, vrf: "blue");
        await _one.RunAsync(blue, "10.87.0.22");
        await _one.TakeAsync(blue, "10.87.0.11");
        await _one.PoolAsync(Subnet, "green");

        await _one.LookLongEnoughAsync();
        (await _one.ClaimsAsync()).ShouldBe(["blue 10.87.0.22 one", "red 10.87.0.11 one"]);
        (await _one.PoolsAsync()).Count.ShouldBe(2);
    }

    async Task LoseDatabaseAsync()
    {
        await _northbound.KillAsync();
        File.Delete(_northbound.DatabaseFile);
        await Processes.RunAsync("ovsdb-tool", "create", _northbound.DatabaseFile, OvsdbServer.NorthboundSchema);
        await _northbound.StartAsync();
        foreach (var host in new[] { _one, _two })
        {
            while ((await TryPoolsAsync(host))?.Count != 0) await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    static async Task<IReadOnlyList<string>?> TryPoolsAsync(PlanHost host)
    {
        try
        {
            return await host.PoolsAsync();
        }
        catch (PluginException)
        {
            return null;
        }
    }
}
