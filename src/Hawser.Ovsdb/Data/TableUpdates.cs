using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>Applies what the server says about monitored tables to a snapshot.</summary>
public static class TableUpdates
{
    /// <summary>Applies <c>table-updates</c> (RFC 7047 §4.1.6), as in <c>update</c> and the reply to <c>monitor</c>.</summary>
    /// <exception cref="OvsdbProtocolException">The updates do not fit the snapshot.</exception>
    public static (Snapshot Snapshot, IReadOnlyList<RowChange> Changes) Apply(Snapshot before, JsonElement updates) =>
        Apply(before, updates, RowUpdate.Read);

    /// <summary>
    /// Applies <c>table-updates2</c> (ovsdb-server(7) §4.1.14), as in <c>update2</c>, <c>update3</c> and the replies
    /// to <c>monitor_cond</c> and <c>monitor_cond_since</c>.
    /// </summary>
    /// <exception cref="OvsdbProtocolException">The updates do not fit the snapshot.</exception>
    public static (Snapshot Snapshot, IReadOnlyList<RowChange> Changes) Apply2(Snapshot before, JsonElement updates) =>
        Apply(before, updates, RowUpdate.Read2);

    static (Snapshot, IReadOnlyList<RowChange>) Apply(
        Snapshot before, JsonElement updates, Func<RowLayout, Guid, Row?, JsonElement, Row?> read)
    {
        try
        {
            return ApplyAll(before, updates, read);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new OvsdbProtocolException($"The server sent an update that cannot be read: {e.Message}", e);
        }
    }

    static (Snapshot, IReadOnlyList<RowChange>) ApplyAll(
        Snapshot before, JsonElement updates, Func<RowLayout, Guid, Row?, JsonElement, Row?> read)
    {
        var tables = new List<TableSnapshot>();
        var changes = new List<RowChange>();
        foreach (var table in Members(updates))
        {
            if (!before.TryGetTable(table.Name, out var current))
                throw new OvsdbProtocolException($"The server sent an update of table {table.Name}, which is not monitored.");
            var editor = new TableEditor(current!);
            foreach (var row in Members(table.Value))
            {
                if (!Guid.TryParse(row.Name, out var uuid))
                    throw new OvsdbProtocolException($"The server sent an update of row \"{row.Name}\", which is no UUID.");
                var old = editor.Find(uuid);
                var change = new RowChange(table.Name, uuid, old, read(editor.Layout, uuid, old, row.Value));
                Apply(editor, change);
                if (change is not { Old: null, New: null })
                    changes.Add(change);
            }
            tables.Add(editor.ToSnapshot());
        }
        return (before.With(tables), changes);
    }

    static void Apply(TableEditor editor, RowChange change)
    {
        if (change.New is { } row)
            editor.Put(row);
        else if (change.Old is { } gone)
            editor.Remove(gone);
    }

    static JsonElement.ObjectEnumerator Members(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? json.EnumerateObject()
        : throw new OvsdbProtocolException($"The server sent an update that is {json.ValueKind} where an object belongs.");
}
