using Hawser.Converge;

namespace Hawser.Tests.Converge;

/// <summary>When new ports go to Open vSwitch's database.</summary>
public sealed class AttachPaceTests
{
    readonly SteppedClock _clock = new();
    readonly AttachPace _pace;

    public AttachPaceTests() => _pace = new AttachPace(_clock);

    [Fact]
    public void A_port_that_comes_while_ovs_vswitchd_is_at_work_on_one_other_goes_at_once()
    {
        _pace.Hold(1).ShouldBe(TimeSpan.Zero);
        _pace.Sent(1);
        _pace.Hold(1).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_crowd_waits_until_ovs_vswitchd_has_applied_what_it_has_but_not_for_ever()
    {
        _pace.Sent(1);
        _pace.Hold(2).ShouldBe(TimeSpan.FromMilliseconds(100));
        _clock.Advance(TimeSpan.FromMilliseconds(30));
        _pace.Hold(15).ShouldBe(TimeSpan.FromMilliseconds(70));
        _clock.Advance(TimeSpan.FromMilliseconds(70));
        _pace.Hold(15).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Those_who_were_released_together_are_waited_for_a_quarter_of_the_time_that_they_took()
    {
        _pace.Sent(16);
        _clock.Advance(TimeSpan.FromMilliseconds(8));
        _pace.Applied();
        _pace.Hold(3).ShouldBe(TimeSpan.FromMilliseconds(2));
        _pace.Hold(16).ShouldBe(TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        _pace.Hold(3).ShouldBe(TimeSpan.Zero);
    }
}
