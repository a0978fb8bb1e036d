using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>The rows of a table by the value of an entry of a map. Many rows may have the same value.</summary>
sealed record EntryIndex(MapEntry Entry, ImmutableDictionary<string, ImmutableArray<Guid>> Rows)
{
    /// <summary>The index with a row whose value may have changed.</summary>
    public EntryIndex With(Row? before, Row? after)
    {
        var (was, now) = (before is null ? null : Entry.ValueIn(before), after is null ? null : Entry.ValueIn(after));
        if (was == now) return this;
        var rows = Rows;
        if (was is not null)
        {
            var left = rows[was].Remove(before!.Uuid);
            rows = left.IsEmpty ? rows.Remove(was) : rows.SetItem(was, left);
        }
        if (now is not null) rows = rows.SetItem(now, rows.GetValueOrDefault(now, []).Add(after!.Uuid));
        return this with { Rows = rows };
    }
}
