using System.Net;
using Hawser.Converge;

namespace Hawser.Tests.Converge;

public sealed class NeighbourQuestionsTests
{
    static readonly NextHop Hop = new(7, IPAddress.Parse("198.51.100.7"));
    readonly Guid _tunnel = Guid.NewGuid();
    readonly Clock _clock = new();

    [Fact]
    public void A_neighbour_is_asked_for_more_often_at_first_and_before_Open_vSwitch_forgets_it_later()
    {
        var questions = Following(_tunnel);
        questions.Until(Hop, isKnown: false).ShouldBe(TimeSpan.Zero);
        var waits = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            questions.Asked(Hop);
            waits.Add(questions.Until(Hop, isKnown: true).TotalSeconds);
            _clock.Now += questions.Until(Hop, isKnown: true);
        }
        waits.ShouldBe([1, 12, 24, 48, 96, 192, 384, 600, 600, 600]);
    }

    [Fact]
    public void One_that_does_not_answer_is_asked_for_more_often()
    {
        var questions = Following(_tunnel);
        for (var i = 0; i < 12; i++) questions.Asked(Hop);
        questions.Until(Hop, isKnown: false).ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_new_tunnel_to_a_neighbour_that_was_asked_for_is_news()
    {
        var questions = Following(_tunnel);
        questions.Asked(Hop);
        questions.Follow(new Dictionary<Guid, NextHop> { [_tunnel] = Hop });
        questions.Until(Hop, isKnown: true).ShouldBe(TimeSpan.FromSeconds(1));
        questions.Follow(new Dictionary<Guid, NextHop> { [_tunnel] = Hop, [Guid.NewGuid()] = Hop });
        questions.Until(Hop, isKnown: true).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void The_same_address_on_another_link_is_another_neighbour()
    {
        var questions = Following(_tunnel);
        questions.Asked(Hop);
        var after = Hop with { Link = 8 };
        questions.Follow(new Dictionary<Guid, NextHop> { [_tunnel] = after });
        questions.Until(after, isKnown: true).ShouldBe(TimeSpan.Zero);
    }

    NeighbourQuestions Following(Guid tunnel)
    {
        var questions = new NeighbourQuestions(_clock);
        questions.Follow(new Dictionary<Guid, NextHop> { [tunnel] = Hop });
        return questions;
    }

    sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
