using System.Net;
using Hawser.Core;
using Hawser.Core.Ipam;
using Hawser.Tests.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ipam;

/// <summary>What Docker asks of an address manager, in the order and at the moments in which it does.</summary>
public sealed class IpamDriverTests : IAsyncLifetime
{
    const string Subnet = "10.87.0.0/24";

    OvsdbServer _northbound = null!;
    CuttingProxy _proxy = null!;
    PlanHost _one = null!;

    public async Task InitializeAsync()
    {
        _northbound = await PlanHost.StartNorthboundAsync();
        _proxy = Before(_northbound);
        _one = await PlanHost.StartAsync(_proxy.Endpoint, "one");
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _proxy.DisposeAsync();
        await _northbound.DisposeAsync();
    }

    [Fact]
    public async Task Gateways_and_auxiliary_addresses_may_lie_outside_of_the_range_and_chosen_ones_lie_in_it()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1", range: "10.87.0.128/31", auxiliary: "10.87.0.2");
        new[] { await _one.RunAsync(pool), await _one.RunAsync(pool) }.Order().ShouldBe(["10.87.0.128", "10.87.0.129"]);
        (await Should.ThrowAsync<PluginException>(() => _one.TakeAsync(pool))).Message.ShouldBe("pool 10.87.0.128/31 has no free address: 4 are taken");
        (await _one.RunAsync(pool, "10.87.0.7")).ShouldBe("10.87.0.7");
    }

    [Fact]
    public async Task A_pool_without_a_subnet_is_another_one_each_time_of_the_family_and_size_that_was_asked_for()
    {
        (await _one.AnyPoolAsync("", isIPv6: false)).ShouldBe("10.128.0.0/24");
        (await _one.AnyPoolAsync("", isIPv6: false)).ShouldBe("10.128.1.0/24");
        (await _one.AnyPoolAsync("0.0.0.0/22", isIPv6: false)).ShouldBe("10.128.4.0/22");
        (await _one.AnyPoolAsync("", isIPv6: true)).ShouldBe("fd68:6177:7365::/64");
        (await _one.AnyPoolAsync("::/64", isIPv6: true)).ShouldBe("fd68:6177:7365:1::/64");
    }

    [Fact]
    public async Task A_swarm_and_a_host_are_not_given_the_same_subnet()
    {
        (await _one.AnyPoolAsync("", isIPv6: false, "ovn-global")).ShouldBe("10.128.0.0/24");
        (await _one.AnyPoolAsync("", isIPv6: false)).ShouldBe("10.128.1.0/24");
        (await _one.AnyPoolAsync("", isIPv6: false, "ovn-global")).ShouldBe("10.128.2.0/24");
    }

    [Fact]
    public async Task What_is_asked_for_again_is_the_same()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1", auxiliary: "10.87.0.2");
        _one.LoseNetworks();
        (await _one.NetworkAsync("10.87.0.77/24", "10.87.0.1", auxiliary: "10.87.0.2")).ShouldBe(pool);
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway", "10.87.0.2 auxiliary"]);
    }

    [Fact]
    public async Task Fifty_requests_at_once_get_fifty_addresses_with_the_subnets_prefix()
    {
        var pool = await _one.NetworkAsync("10.87.0.0/26", "10.87.0.1");
        var given = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _one.Ipam.RequestAddressAsync(new(pool), default)));
        given.Select(g => g.Address).Distinct().Count().ShouldBe(50);
        given.ShouldAllBe(g => g.Address.EndsWith("/26"));
    }

    [Fact]
    public async Task The_address_that_an_older_Docker_asks_for_as_gateway_is_no_containers_where_a_newer_one_asks_for_none()
    {
        await using var two = await PlanHost.StartAsync(_northbound.Unix, "two");
        var pool = await _one.NetworkAsync("10.87.0.0/29");
        var given = new List<string>();
        for (var i = 0; i < 5; i++) given.Add(await _one.RunAsync(pool));
        given.Order().ShouldBe(["10.87.0.2", "10.87.0.3", "10.87.0.4", "10.87.0.5", "10.87.0.6"]);
        (await Should.ThrowAsync<PluginException>(() => _one.TakeAsync(pool))).Message.ShouldContain("has no free address");

        (await two.TakeGatewayAsync(await two.PoolAsync("10.87.0.0/29"))).ShouldBe("10.87.0.1");
    }

    [Fact]
    public async Task A_container_cannot_have_the_address_that_an_older_Docker_asks_for_as_gateway()
    {
        var pool = await _one.NetworkAsync(Subnet);
        var refused = await Should.ThrowAsync<PluginException>(() => _one.TakeAsync(pool, "10.87.0.1"));
        refused.Message.ShouldBe("address 10.87.0.1 is taken by the gateway");
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway"]);
    }

    [Fact]
    public async Task Where_another_gateway_was_named_the_first_address_is_a_containers_like_any_other()
    {
        var pool = await _one.NetworkAsync("10.87.0.0/30", "10.87.0.2");
        (await _one.RunAsync(pool)).ShouldBe("10.87.0.1");
    }

    [Fact]
    public async Task A_gateway_that_another_hosts_container_has_is_refused_and_its_host_named()
    {
        await using var two = await PlanHost.StartAsync(_northbound.Unix, "two");
        await _one.RunAsync(await _one.NetworkAsync(Subnet), "10.87.0.254");
        var pool = await two.PoolAsync(Subnet);
        var refused = await Should.ThrowAsync<PluginException>(() => two.TakeGatewayAsync(pool, "10.87.0.254"));
        refused.Message.ShouldBe("address 10.87.0.254 is taken by a container on host one");
    }

    [Fact]
    public async Task Nothing_to_give_back_is_no_error()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1");
        await _one.GiveBackAsync(pool, "10.87.0.77");
        await _one.GiveBackAsync(pool, "10.87.0.1");
        await _one.Ipam.ReleasePoolAsync(new("ovn-local//10.99.0.0/24"), default);
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway"]);
    }

    [Fact]
    public async Task An_address_whose_claim_was_not_answered_goes_back_soon()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1");
        await _one.LookAsync();
        _proxy.CutBeforeReply("10.87.0.44");
        await Should.ThrowAsync<PluginException>(() => _one.TakeAsync(pool, "10.87.0.44"));
        await _one.Doubts.UrgencyAsync(Within.Seconds(10));
        (await _one.ClaimsAsync()).ShouldContain("10.87.0.44 one");

        _one.Pass(TimeSpan.FromSeconds(1));
        await _one.LookAsync();
        _one.Pass(TimeSpan.FromSeconds(20));
        await _one.LookAsync();
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway"]);
    }

    [Fact]
    public async Task A_doubtful_claim_is_looked_at_now_and_when_its_time_is_over()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1");
        await _one.LookAsync();
        await _one.LookWhenDueAsync(TimeSpan.FromSeconds(5));
        _one.Audit.UntilLook.ShouldBe(TimeSpan.FromMinutes(5));

        await _one.TakeAsync(pool, "10.87.0.44");
        _one.Doubts.Suspect();
        await _one.Doubts.UrgencyAsync(Within.Seconds(10));
        await _one.LookWhenDueAsync(TimeSpan.FromSeconds(1));
        await _one.LookWhenDueAsync(TimeSpan.FromSeconds(5));
        (await _one.ClaimsAsync()).ShouldContain("10.87.0.44 one");
        await _one.LookWhenDueAsync(TimeSpan.FromSeconds(15));
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.1 gateway"]);
        _one.Audit.UntilLook.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task While_the_database_is_away_a_suspicion_wakes_nobody()
    {
        var pool = await _one.NetworkAsync(Subnet, "10.87.0.1");
        await _one.TakeAsync(pool, "10.87.0.44");
        await _one.LookAsync();
        await _northbound.KillAsync();
        await _one.AwayAsync();

        await _one.GiveBackAsync(pool, "10.87.0.44");

        _one.Audit.UntilLook.ShouldBeNull();
        _one.Doubts.UrgencyAsync(default).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task An_address_that_comes_back_late_stays_with_who_has_it_next()
    {
        var pool = await _one.NetworkAsync(Subnet);
        await _one.TakeAsync(pool, "10.87.0.77");
        // The first container's endpoint is gone, and its address is yet to be given back, as the second one asks for it.
        await _one.TakeAsync(pool, "10.87.0.77");
        await _one.GiveBackAsync(pool, "10.87.0.77");
        (await _one.ClaimsAsync()).ShouldBe(["10.87.0.77 one"]);

        await _one.GiveBackAsync(pool, "10.87.0.77");
        (await _one.ClaimsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_that_never_came_back_is_not_counted_for_who_has_it_next()
    {
        var pool = await _one.NetworkAsync(Subnet);
        var address = await _one.TakeAsync(pool);
        await _one.LookLongEnoughAsync();
        (await _one.ClaimsAsync()).ShouldBeEmpty();

        await _one.TakeAsync(pool, address);
        await _one.GiveBackAsync(pool, address);
        (await _one.ClaimsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Behind_a_crowd_of_addresses_the_next_one_is_found_at_once()
    {
        var pool = await _one.NetworkAsync("10.87.0.0/16");
        var first = IPAddress.Parse(await _one.TakeAsync(pool)).GetAddressBytes();
        for (var i = 1; i <= 200; i++) await _one.Plan.ClaimAsync(AddressPool.Parse(pool), new IPAddress([10, 87, (byte)(first[2] + (first[3] + i) / 256), (byte)(first[3] + i)]), "two", mustBeFree: true, default);
        await _one.TakeAsync(pool);

        var before = _proxy.Requests;
        await _one.TakeAsync(pool);
        (_proxy.Requests - before).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_swarms_manager_took_a_new_leader_may_ask_for_again_and_give_back()
    {
        await using var two = await PlanHost.StartAsync(_northbound.Unix, "two");
        var pool = await _one.PoolAsync(Subnet, space: "ovn-global");
        var task = await _one.TakeAsync(pool);
        await _one.RunAsync(await _one.NetworkAsync(Subnet), task);

        // The manager was restarted, and then another one became the leader.
        foreach (var leader in new[] { _one, two })
        {
            (await leader.PoolAsync(Subnet, space: "ovn-global")).ShouldBe(pool);
            (await leader.TakeAsync(pool, task)).ShouldBe(task);
        }
        await _one.LookLongEnoughAsync();
        (await two.ClaimsAsync()).ShouldBe([$"{task} one", $"{task} swarm"]);

        await two.GiveBackAsync(pool, task);
        await two.Ipam.ReleasePoolAsync(new(pool), default);
        (await two.ClaimsAsync()).ShouldBe([$"{task} one"]);
        (await two.PoolsAsync()).ShouldBe([$"{Subnet} one"]);
    }

    static CuttingProxy Before(OvsdbServer server) => new(server.Unix);

    [Fact]
    public async Task A_pool_that_was_given_back_begins_anew()
    {
        var pool = await _one.PoolAsync(Subnet);
        var first = await _one.TakeAsync(pool);
        await _one.GiveBackAsync(pool, first);
        await _one.Ipam.ReleasePoolAsync(new(pool), default);
        (await _one.TakeAsync(await _one.PoolAsync(Subnet))).ShouldBe(first);
    }
}
