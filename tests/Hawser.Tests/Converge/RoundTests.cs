using System.Net;
using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Converge;

/// <summary>What one unit's trouble does to the others of its round: nothing.</summary>
public sealed class RoundTests
{
    static readonly HostFacts Facts = new() { Instance = new InstanceId("abcd"), Ovn = new OvnSettings { Chassis = "host1" } };

    static NetworkRecord Network(string bridge) =>
        new() { Id = new NetworkId(bridge), Options = new NetworkOptions { Mode = BridgeMode.Flat, BridgeName = bridge } };

    [Fact]
    public void A_unit_that_cannot_be_planned_fails_alone()
    {
        // No record is like this one: it stands for what nobody has thought of.
        var unthinkable = Network("br2") with { Subnets = [null!], Options = new NetworkOptions { BridgeName = "br2" } };
        var context = new RoundContext(HostIntent.Empty.With(Network("br1")).With(unthinkable), Facts, NorthboundView.Empty);
        var planned = context.Plan(UnitId.Bridge("br2"));

        planned.Failure.ShouldStartWith("it cannot be planned: NullReferenceException");
        var outcomes = new RoundOutcomes(context, [context.Plan(UnitId.Bridge("br1")), planned]);
        outcomes.Open.ShouldHaveSingleItem().Unit.ShouldBe(UnitId.Bridge("br1"));
        outcomes.TakeResults().ShouldBe([(UnitId.Bridge("br2"), UnitState.Failed, planned.Failure)]);
        NorthboundChanges.Of([planned], context.Leaving, Northbound(), "host1", Facts.Instance, []).Refused.ShouldBe([(planned.Unit, planned.Failure!)]);
    }

    [Fact]
    public void A_unit_whose_rows_the_database_cannot_hold_takes_no_share_there()
    {
        var office = Network("br-int") with { Logical = new LogicalSwitch("office", PortSecurity: true) };
        var web = new EndpointRecord { Id = new EndpointId("e"), Network = office.Id, Phase = EndpointPhase.Plugged, Container = "web", Address = IPAddress.Parse("10.1.0.5") };
        var context = new RoundContext(HostIntent.Empty.With(office).With(web), Facts, NorthboundView.Empty);
        var planned = context.Plan(UnitId.Switch("office"));

        NorthboundChanges.Of([planned], context.Leaving, Northbound(), "host1", Facts.Instance, []).Differences.ShouldContain("Logical_Switch office is missing");
        var changes = NorthboundChanges.Of([planned], context.Leaving, Northbound(lacking: "dns_records"), "host1", Facts.Instance, []);
        changes.Refused.ShouldHaveSingleItem().Reason.ShouldContain("has no column dns_records");
        changes.Transaction.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void All_appliers_have_one_signature()
    {
        var appliers = typeof(VswitchApplier).Assembly.GetTypes().Where(t => t.Name.EndsWith("Applier", StringComparison.Ordinal)).ToList();

        appliers.Count.ShouldBe(7);
        foreach (var applier in appliers)
        {
            var method = applier.GetMethod("ApplyAsync", [typeof(RoundOutcomes), typeof(CancellationToken)]);
            method.ShouldNotBeNull(applier.Name).ReturnType.ShouldBe(typeof(Task), applier.Name);
        }
    }

    static Snapshot Northbound(string lacking = "-") => Snapshot.Empty(
        DatabaseSchema.Parse(File.ReadAllText(OvsdbServer.NorthboundSchema).Replace($"\"{lacking}\"", "\"nothing\"", StringComparison.Ordinal)));
}
