using System.Collections.Immutable;
using System.Net;
using Hawser.Core;
using Hawser.Tests.Converge;
using Hawser.Tunnels;

namespace Hawser.Tests.Tunnels;

public sealed class NeighbourQuestionsTests
{
    static readonly NextHop Peer = HopOf(7);
    static readonly MacAddress Mac = MacOf(7);
    static readonly TimeSpan Aging = TimeSpan.FromMinutes(15);

    readonly SteppedClock _clock = new();
    readonly NeighbourQuestions _questions;

    public NeighbourQuestionsTests() => _questions = new NeighbourQuestions(_clock, new Random(1));

    [Fact]
    public void All_are_asked_once_for_one_that_answers_and_then_it_alone_well_before_it_is_forgotten()
    {
        Follow([Peer]);
        Next().ShouldBe(new DueQuestion(Peer, null));
        Follow([Peer], Mac);
        for (var i = 0; i < 5; i++)
        {
            _questions.Until().ShouldBe(Aging / 3);
            Next().ShouldBe(new DueQuestion(Peer, Mac));
        }
    }

    [Fact]
    public void One_that_does_not_answer_is_asked_for_less_and_less_often()
    {
        Follow([Peer]);
        Next();
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            waits.Add(_questions.Until()!.Value.TotalSeconds);
            Next().Known.ShouldBeNull();
        }
        waits.ShouldBe([1, 12, 24, 48, 96, 192, 384, 600, 600]);
    }

    [Fact]
    public void One_that_was_known_before_is_asked_alone_for_nobody_says_how_long_it_will_be()
    {
        Follow([Peer], Mac);
        _questions.Until()!.Value.ShouldBeLessThan(TimeSpan.FromMilliseconds(10));
        Next().ShouldBe(new DueQuestion(Peer, Mac));
        _questions.Until().ShouldBe(Aging / 3);
    }

    [Fact]
    public void One_that_was_forgotten_is_asked_alone_first_and_all_are_asked_only_if_it_is_silent()
    {
        Follow([Peer], Mac);
        Next();
        Follow([Peer]);
        Next().ShouldBe(new DueQuestion(Peer, Mac));
        _questions.Until().ShouldBe(TimeSpan.FromSeconds(1));
        Next().ShouldBe(new DueQuestion(Peer, null));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(16, false)]
    public void One_that_no_route_led_to_for_a_while_is_no_stranger(int minutes, bool isAskedAlone)
    {
        Follow([Peer], Mac);
        Next();
        Follow([]);
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        Follow([]);
        Follow([Peer]);
        Next().ShouldBe(new DueQuestion(Peer, isAskedAlone ? Mac : null));
        Next().ShouldBe(new DueQuestion(Peer, null));
    }

    [Fact]
    public void One_whose_MAC_address_changed_is_asked_at_the_new_one()
    {
        Follow([Peer], Mac);
        Next();
        Follow([Peer], MacOf(8));
        Next().ShouldBe(new DueQuestion(Peer, MacOf(8)));
    }

    [Fact]
    public void A_short_memory_is_refreshed_no_faster_than_Open_vSwitch_looks_at_answers()
    {
        Follow([Peer], Mac, TimeSpan.FromSeconds(20));
        Next();
        _questions.Until().ShouldBe(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void A_new_chassis_is_not_asked_by_a_thousand_others_at_once()
    {
        NextHop[] before = [.. Enumerable.Range(1, 999).Select(HopOf)];
        NextHop[] after = [.. before, HopOf(1000)];
        var known = new KnownNeighbours(before.ToImmutableDictionary(h => (h.Bridge, h.Address), _ => Mac), Aging);
        var seconds = new List<int>();
        // A tenth of the fleet.
        for (var host = 0; host < 100; host++)
        {
            var clock = new SteppedClock();
            var questions = new NeighbourQuestions(clock, new Random(host));
            questions.Follow(before, known);
            // Those that it knew are asked first, in 20 seconds.
            for (var second = 0; second < 30; second++)
            {
                questions.Take();
                clock.Advance(TimeSpan.FromSeconds(1));
            }
            questions.Follow(after, known);
            clock.Advance(questions.Until()!.Value);
            questions.Take().ShouldHaveSingleItem().ShouldBe(new DueQuestion(HopOf(1000), null));
            seconds.Add((int)(clock.GetElapsedTime(0).TotalSeconds - 30));
        }
        seconds.CountBy(s => s).Max(s => s.Value).ShouldBeLessThan(25);
    }

    [Fact]
    public void A_host_asks_no_more_than_fifty_questions_in_a_second_and_misses_nobody()
    {
        Follow([.. Enumerable.Range(1, 1000).Select(HopOf)]);
        var asked = new HashSet<NextHop>();
        _clock.Advance(TimeSpan.FromSeconds(10)); // all are due
        for (var second = 0; second < 20; second++)
        {
            // However often it is looked.
            var inSecond = _questions.Take().Concat(_questions.Take()).Concat(_questions.Take()).ToList();
            inSecond.Count.ShouldBeLessThanOrEqualTo(50);
            foreach (var question in inSecond) asked.Add(question.Hop);
            Follow([.. Enumerable.Range(1, 1000).Select(HopOf)], asked.ToImmutableDictionary(h => (h.Bridge, h.Address), _ => Mac));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        asked.Count.ShouldBe(1000);
    }

    [Fact]
    public void One_that_is_no_next_hop_any_more_is_not_asked_for()
    {
        Follow([Peer]);
        Follow([]);
        _questions.Until().ShouldBeNull();
        _questions.Take().ShouldBeEmpty();
    }

    [Fact]
    public void The_same_address_on_another_bridge_is_another_neighbour()
    {
        Follow([Peer], Mac);
        Next();
        var other = Peer with { Bridge = "br-other" };
        Follow([other], Mac);
        Next().ShouldBe(new DueQuestion(other, null));
    }

    static NextHop HopOf(int number) => new("br-phy", "br-phy", new IPAddress([10, 0, (byte)(number / 256), (byte)(number % 256)]));

    static MacAddress MacOf(byte last) => MacAddress.FromBytes([2, 0x68, 0x77, 0, 0, last]);

    void Follow(NextHop[] hops, MacAddress? mac = null, TimeSpan? aging = null) => Follow(hops,
        mac is { } known ? ImmutableDictionary<(string, IPAddress), MacAddress>.Empty.Add(("br-phy", Peer.Address), known) : [], aging);

    void Follow(NextHop[] hops, ImmutableDictionary<(string, IPAddress), MacAddress> known, TimeSpan? aging = null) =>
        _questions.Follow(hops, new KnownNeighbours(known, aging ?? Aging));

    // The next question, when it is due.
    DueQuestion Next()
    {
        _clock.Advance(_questions.Until()!.Value);
        return _questions.Take().ShouldHaveSingleItem();
    }
}
