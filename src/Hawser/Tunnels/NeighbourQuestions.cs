using Hawser.Core;

namespace Hawser.Tunnels;

/// <summary>A question for a next hop's MAC address.</summary>
/// <param name="Hop">The next hop.</param>
/// <param name="Known">The MAC address that the question goes to; null for a question to all on the link.</param>
readonly record struct DueQuestion(NextHop Hop, MacAddress? Known);

/// <summary>
/// Tells when to ask which next hop for its MAC address, so that Open vSwitch always knows it. An unknown hop is asked for by a
/// question to all on the link, only once if it answers. A known hop alone is asked, well before Open vSwitch forgets it: a
/// question to all could bring somebody else's answer.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads questions.</param>
sealed class NeighbourQuestions(TimeProvider time, Random random)
{
    // All chassis of a fleet see a new one at the same moment. Together they ask it about a hundred questions in a second.
    static readonly TimeSpan ShareOfHop = TimeSpan.FromMilliseconds(10);
    // This host alone asks at most so many in a second, however many are due.
    const int MostAtOnce = 50;
    static readonly TimeSpan ShareOfQuestion = TimeSpan.FromSeconds(1) / MostAtOnce;

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    // Open vSwitch does not look at an answer that a datapath flow of the previous answer forwards. Such a flow goes once it has
    // had no packet for 10 seconds (other_config:max-idle). Answers that come faster keep the flow, and teach nothing.
    static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(12);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    // Two questions may be lost before Open vSwitch forgets.
    const int QuestionsInAging = 3;

    readonly Dictionary<NextHop, Hop> _hops = [];
    // While ovs-vswitchd starts, no route leads to any hop. Their MAC addresses are kept meanwhile, so that they stay known.
    readonly Dictionary<NextHop, (MacAddress Mac, long At)> _gone = [];
    TimeSpan _renewal;
    long _busyUntil;

    /// <summary>Takes in the next hops, and what Open vSwitch knows of them.</summary>
    public void Follow(IReadOnlyCollection<NextHop> hops, KnownNeighbours known)
    {
        foreach (var gone in _hops.Keys.Except(hops).ToList()) Remove(gone);
        foreach (var (old, _) in _gone.Where(g => time.GetElapsedTime(g.Value.At) > known.Aging).ToList()) _gone.Remove(old);
        _renewal = known.Aging / QuestionsInAging > ShortestWait ? known.Aging / QuestionsInAging : ShortestWait;
        foreach (var hop in hops)
        {
            if (!_hops.TryGetValue(hop, out var state))
            {
                _hops[hop] = state = new Hop { Due = Soon(hops.Count) };
                if (_gone.Remove(hop, out var back)) state.Mac = back.Mac;
            }
            var mac = known.Find(hop);
            // It was forgotten: ovs-vswitchd was started anew, or somebody made it forget.
            if (mac is null && state.IsKnown) state.Begin(Soon(hops.Count));
            state.IsKnown = mac is not null;
            state.Mac = mac ?? state.Mac;
        }
    }

    /// <summary>Returns the questions to ask now. They count as asked.</summary>
    public IReadOnlyList<DueQuestion> Take()
    {
        var now = time.GetTimestamp();
        var busy = _busyUntil > now ? time.GetElapsedTime(now, _busyUntil) : TimeSpan.Zero;
        var free = MostAtOnce - (int)Math.Ceiling(busy / ShareOfQuestion);
        var due = _hops.Where(h => DueAt(h.Value) <= now).OrderBy(h => DueAt(h.Value)).Take(free).ToList();
        _busyUntil = Math.Max(now, _busyUntil) + Ticks(due.Count * ShareOfQuestion);
        var questions = due.ConvertAll(h => new DueQuestion(h.Key, h.Value.IsKnown || h.Value.IsFirst ? h.Value.Mac : null));
        foreach (var (_, state) in due) state.Ask(now, Ticks(state.Next()));
        return questions;
    }

    /// <summary>How long there is nothing to ask; null if there is no hop.</summary>
    public TimeSpan? Until()
    {
        if (_hops.Count == 0) return null;
        var now = time.GetTimestamp();
        var left = _hops.Values.Min(DueAt) - now;
        // More is due now than may be asked in this second.
        return left > 0 ? time.GetElapsedTime(now, now + left) : TimeSpan.FromSeconds(1);
    }

    void Remove(NextHop hop)
    {
        if (_hops.Remove(hop, out var state) && state.Mac is { } mac) _gone[hop] = (mac, time.GetTimestamp());
    }

    // Nobody tells the age of what was known before the first question, so such a hop is asked soon, too.
    long DueAt(Hop state) => state.IsKnown && state.AskedAt is { } asked ? asked + Ticks(_renewal) : state.Due;

    long Soon(int hops) => time.GetTimestamp() + Ticks(random.NextDouble() * hops * ShareOfHop);

    long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    sealed class Hop
    {
        TimeSpan _wait;

        public bool IsKnown { get; set; }

        /// <summary>The MAC address that Open vSwitch knew last.</summary>
        public MacAddress? Mac { get; set; }

        /// <summary>When the next question is due while the hop is not known.</summary>
        public long Due { get; set; }

        public long? AskedAt { get; private set; }

        /// <summary>Whether no question was asked since the hop became unknown.</summary>
        public bool IsFirst => _wait == TimeSpan.Zero;

        public void Begin(long due)
        {
            Due = due;
            _wait = TimeSpan.Zero;
        }

        public TimeSpan Next()
        {
            if (_wait == TimeSpan.Zero) return _wait = FirstWait;
            if (_wait < ShortestWait) return _wait = ShortestWait;
            return _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
        }

        public void Ask(long now, long wait)
        {
            AskedAt = now;
            Due = now + wait;
        }
    }
}
