using System.Collections.Immutable;
using System.Threading.Channels;
using Hawser.Core;

namespace Hawser.Converge;

/// <summary>What a round has to look at.</summary>
/// <param name="Units">Units that something happened to.</param>
/// <param name="All">Whether to look at everything, and to prune surplus.</param>
/// <param name="Firewall">Whether the firewall's plan may have changed.</param>
/// <param name="Facts">Whether what plans know of the host may have changed.</param>
/// <param name="Purge">Units that a user wants gone, whichever installation made them.</param>
/// <param name="Revision">The last change that is taken in.</param>
readonly record struct Round(
    ImmutableHashSet<UnitId> Units, bool All, bool Firewall, bool Facts, ImmutableHashSet<UnitId> Purge, long Revision)
{
    /// <summary>Whether there is anything to look at.</summary>
    public bool HasWork => !Units.IsEmpty || All || Firewall || Facts;

    /// <summary>This round plus all that another one has to look at.</summary>
    public Round With(Round other) => new(
        Units.Union(other.Units), All || other.All, Firewall || other.Firewall, Facts || other.Facts,
        Purge.Union(other.Purge), Math.Max(Revision, other.Revision));
}

/// <summary>Gathers what changed until the converger takes it: fifty calls that arrive together are one round.</summary>
sealed class DirtyUnits
{
    readonly Lock _gate = new();
    readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    HashSet<UnitId> _units = [];
    HashSet<UnitId> _purge = [];
    bool _all, _firewall, _facts;
    long _revision;

    /// <summary>Queues a unit. Returns the number of this change, to wait for.</summary>
    public long Touch(UnitId unit, bool firewall = false)
    {
        lock (_gate)
        {
            _units.Add(unit);
            _firewall |= firewall;
            return Wake();
        }
    }

    /// <summary>Queues units, and a look at the host's facts if need be.</summary>
    public void Touch(IReadOnlyCollection<UnitId> units, bool facts = false)
    {
        lock (_gate)
        {
            _units.UnionWith(units);
            _facts |= facts;
            Wake();
        }
    }

    /// <summary>Queues units for removal that belong to nothing that is known, whichever installation made them.</summary>
    public long Purge(IReadOnlyCollection<UnitId> units)
    {
        lock (_gate)
        {
            _units.UnionWith(units);
            _purge.UnionWith(units);
            return Wake();
        }
    }

    /// <summary>Queues everything.</summary>
    public long TouchAll()
    {
        lock (_gate)
        {
            _all = true;
            _firewall = true;
            return Wake();
        }
    }

    /// <summary>Queues the firewall's plan.</summary>
    public void TouchFirewall()
    {
        lock (_gate)
        {
            _firewall = true;
            Wake();
        }
    }

    /// <summary>Ends a wait for work, even if there is none.</summary>
    public void Nudge() => _wake.Writer.TryWrite(true);

    /// <summary>The units that wait to be taken, at this moment.</summary>
    public IReadOnlyList<UnitId> Waiting
    {
        get { lock (_gate) return [.. _units]; }
    }

    /// <summary>Waits for work, at most until a deadline, and takes it.</summary>
    public async Task<Round> TakeAsync(TimeSpan deadline, CancellationToken ct)
    {
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            waiting.CancelAfter(deadline);
            try
            {
                await _wake.Reader.ReadAsync(waiting.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // The deadline passed. The caller may have work of its own, such as retries, even if nothing is queued here.
            }
        }
        lock (_gate)
        {
            var round = new Round([.. _units], _all, _firewall, _facts, [.. _purge], _revision);
            _units = [];
            _purge = [];
            _all = _firewall = _facts = false;
            return round;
        }
    }

    long Wake()
    {
        _wake.Writer.TryWrite(true);
        return ++_revision;
    }
}
