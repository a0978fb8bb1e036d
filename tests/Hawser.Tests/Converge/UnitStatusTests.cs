using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;

namespace Hawser.Tests.Converge;

/// <summary>Waiting for what the rounds find.</summary>
public sealed class UnitStatusTests
{
    static readonly UnitId Unit = UnitId.Endpoint(new EndpointId("e"));

    readonly UnitStatuses _statuses = new();

    Task WaitAsync(Goal goal, long revision) => _statuses.WaitAsync(Unit, goal, _ => revision, TimeSpan.FromSeconds(10), CancellationToken.None);

    [Fact]
    public async Task A_port_that_the_kernel_sees_work_is_ready_without_another_round_if_one_has_applied_it()
    {
        _statuses.Complete(Unit).ShouldBeFalse();
        _statuses.Report(Unit, new UnitStatus(UnitState.Linked, null, Revision: 1));
        _statuses.Complete(Unit).ShouldBeFalse();
        var waiting = WaitAsync(Goal.Ready, revision: 1);
        _statuses.Report(Unit, new UnitStatus(UnitState.Applied, "not yet", Revision: 1));
        _statuses.IsReady(Unit).ShouldBeFalse();
        _statuses.Complete(Unit).ShouldBeTrue();
        await waiting;
        _statuses.IsReady(Unit).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_waits_goes_on_when_a_round_that_took_the_change_in_comes_to_the_goal()
    {
        var waiting = WaitAsync(Goal.Ready, revision: 2);
        _statuses.Report(Unit, new UnitStatus(UnitState.Ready, null, Revision: 1));
        _statuses.Report(Unit, new UnitStatus(UnitState.Applied, "not yet", Revision: 2));
        waiting.IsCompleted.ShouldBeFalse();
        _statuses.Report(Unit, new UnitStatus(UnitState.Ready, null, Revision: 2));
        await waiting;
    }

    [Fact]
    public async Task What_an_applied_unit_lacked_completes_it()
    {
        _statuses.Report(Unit, new UnitStatus(UnitState.Applied, "the flows", Revision: 1));
        var waiting = WaitAsync(Goal.Ready, revision: 1);
        _statuses.Complete(Unit);
        await waiting;
        _statuses[Unit].ShouldBe(new UnitStatus(UnitState.Ready, null, Revision: 1));
    }

    [Fact]
    public void It_does_not_complete_for_who_waits_for_a_later_change()
    {
        _statuses.Report(Unit, new UnitStatus(UnitState.Applied, "the flows", Revision: 1));
        var waiting = WaitAsync(Goal.Ready, revision: 2);
        _statuses.Complete(Unit);
        waiting.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(UnitState.Pending)]
    [InlineData(UnitState.Linked)]
    [InlineData(UnitState.Failed)]
    [InlineData(UnitState.Gone)]
    internal void Another_units_state_stays(UnitState state)
    {
        _statuses.Report(Unit, new UnitStatus(state, "why", Revision: 1));
        var before = _statuses[Unit];
        _statuses.Complete(Unit);
        _statuses[Unit].ShouldBe(before);
    }

    [Fact]
    public async Task Who_waits_is_told_why_it_failed()
    {
        var waiting = WaitAsync(Goal.Ready, revision: 1);
        _statuses.Report(Unit, new UnitStatus(UnitState.Failed, "the reason", Revision: 1));
        (await Should.ThrowAsync<PluginException>(waiting)).Message.ShouldBe("the reason");
    }

    [Fact]
    public async Task A_unit_that_no_round_looks_at_any_more_is_forgotten_unless_somebody_waits_for_it()
    {
        _statuses.Report(Unit, new UnitStatus(UnitState.Pending, "the database", Revision: 1));
        var waiting = WaitAsync(Goal.Ready, revision: 1);
        _statuses.Forget(Unit).ShouldBeFalse();
        _statuses[Unit].ShouldNotBeNull();
        _statuses.Report(Unit, new UnitStatus(UnitState.Ready, null, Revision: 1));
        await waiting;
        _statuses.Forget(Unit).ShouldBeTrue();
        _statuses.All.ShouldBeEmpty();
    }
}
