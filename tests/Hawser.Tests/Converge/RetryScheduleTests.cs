using Hawser.Converge;
using Hawser.Core;

namespace Hawser.Tests.Converge;

/// <summary>When what is not as it should be is looked at again.</summary>
public sealed class RetryScheduleTests
{
    static readonly UnitId Unit = UnitId.Bridge("br0");
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    readonly SteppedClock _clock = new();

    [Fact]
    public void A_unit_that_is_due_moves_on_though_a_round_has_no_outcome_for_it()
    {
        var schedule = new RetrySchedule(_clock);
        schedule.Note(Unit, isSettled: false);
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            waits.Add(schedule.Wait(Longest).TotalSeconds);
            _clock.Advance(schedule.Wait(Longest));
            schedule.Due(_ => false).ShouldBe([Unit]);
        }
        waits.ShouldBe([1, 2, 4, 8, 16, 30, 30]);
    }

    [Fact]
    public void A_unit_that_is_not_due_is_not_put_off_by_a_round_that_something_else_started()
    {
        var schedule = new RetrySchedule(_clock);
        schedule.Note(Unit, isSettled: false);
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        schedule.Note(Unit, isSettled: false);
        schedule.Wait(Longest).ShouldBe(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_unit_that_is_as_it_should_be_is_not_looked_at_again()
    {
        var schedule = new RetrySchedule(_clock);
        schedule.Note(Unit, isSettled: false);
        schedule.Note(Unit, isSettled: true);
        schedule.Wait(Longest).ShouldBe(Longest);
        schedule.Note(Unit, isSettled: false);
        schedule.Wait(Longest).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_unit_that_became_what_it_should_be_without_a_round_is_not_looked_at_again()
    {
        var schedule = new RetrySchedule(_clock);
        var late = UnitId.Bridge("br1");
        schedule.Note(Unit, isSettled: false);
        schedule.Note(late, isSettled: false);
        _clock.Advance(TimeSpan.FromSeconds(1));
        schedule.Due(u => u == Unit).ShouldBe([late]);
        _clock.Advance(Longest);
        schedule.Due(_ => false).ShouldBe([late]);
    }

    [Fact]
    public void What_a_round_that_failed_was_to_do_is_still_to_be_done_with_its_flags()
    {
        var schedule = new RetrySchedule(_clock);
        var round = new Round([], All: true, Firewall: true, Facts: true, [Unit], Revision: 7);
        schedule.NoteFailed(round with { All = false, Facts = false });
        schedule.NoteFailed(round with { Firewall = false, Purge = [] });
        schedule.Wait(Longest).ShouldBe(TimeSpan.FromSeconds(1));
        schedule.TakeFailed().ShouldBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var again = schedule.TakeFailed().ShouldNotBeNull();
        (again.All, again.Firewall, again.Facts, again.Revision).ShouldBe((true, true, true, 7));
        again.Purge.ShouldBe([Unit]);
        schedule.TakeFailed().ShouldBeNull();
    }

    [Fact]
    public void Rounds_that_fail_again_and_again_are_repeated_more_and_more_rarely_until_one_succeeds()
    {
        var schedule = new RetrySchedule(_clock);
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            schedule.NoteFailed(new Round([], All: true, Firewall: false, Facts: false, [], Revision: i));
            // One that something else started has not done what is to be repeated.
            schedule.NoteDone();
            waits.Add(schedule.Wait(Longest).TotalSeconds);
            _clock.Advance(schedule.Wait(Longest));
            schedule.TakeFailed().ShouldNotBeNull();
        }
        waits.ShouldBe([1, 2, 4, 8, 16, 30, 30]);

        schedule.NoteDone();
        schedule.Wait(Longest).ShouldBe(Longest);
        schedule.NoteFailed(default);
        schedule.Wait(Longest).ShouldBe(TimeSpan.FromSeconds(1));
    }
}
