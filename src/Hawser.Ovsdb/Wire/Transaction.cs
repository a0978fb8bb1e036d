using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>
/// Operations that the server executes in order and commits together, or not at all (RFC 7047 §4.1.3). Each method
/// adds one and returns its index in the <see cref="TransactionReply"/>. Without conditions, all rows are meant.
/// </summary>
public sealed class Transaction(string database)
{
    readonly List<Operation> _operations = [];

    /// <summary>The database.</summary>
    public string Database { get; } = database;

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => _operations.Count == 0;

    /// <summary>How many operations there are.</summary>
    public int Count => _operations.Count;

    internal IReadOnlyList<Operation> Operations => _operations;

    /// <summary>Inserts a row; columns that are not named get their defaults.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">The columns.</param>
    /// <param name="uuidName">A name by which other operations of this transaction can refer to the row.</param>
    /// <param name="uuid">The identity that the row shall have (since OVS 2.13).</param>
    public int Insert(
        string table, IEnumerable<KeyValuePair<string, Datum>> row, string? uuidName = null, Guid? uuid = null)
    {
        var columns = row.ToArray();
        return Add("insert", table, (writer, schema) =>
        {
            if (uuidName is not null)
                writer.WriteString("uuid-name"u8, uuidName);
            if (uuid is { } fixedUuid)
                writer.WriteString("uuid"u8, fixedUuid);
            writer.WritePropertyName("row"u8);
            Operation.WriteRow(writer, columns, schema);
        });
    }

    /// <summary>Sets columns of the rows that meet all conditions. It is no error if there is none: see the count.</summary>
    public int Update(string table, IEnumerable<Condition> where, IEnumerable<KeyValuePair<string, Datum>> row)
    {
        var (conditions, columns) = (where.ToArray(), row.ToArray());
        return Add("update", table, (writer, schema) =>
        {
            Operation.WriteWhere(writer, conditions);
            writer.WritePropertyName("row"u8);
            Operation.WriteRow(writer, columns, schema);
        });
    }

    /// <summary>Sets columns of the rows that meet the condition.</summary>
    public int Update(string table, Condition where, IEnumerable<KeyValuePair<string, Datum>> row) =>
        Update(table, [where], row);

    /// <summary>Changes columns of the rows that meet all conditions, relative to what they hold.</summary>
    public int Mutate(string table, IEnumerable<Condition> where, params Mutation[] mutations)
    {
        var (conditions, changes) = (where.ToArray(), mutations.ToArray());
        return Add("mutate", table, (writer, _) =>
        {
            Operation.WriteWhere(writer, conditions);
            writer.WritePropertyName("mutations"u8);
            Mutation.Write(writer, changes);
        });
    }

    /// <summary>Changes columns of the rows that meet the condition, relative to what they hold.</summary>
    public int Mutate(string table, Condition where, params Mutation[] mutations) => Mutate(table, [where], mutations);

    /// <summary>Deletes the rows that meet all conditions.</summary>
    public int Delete(string table, IEnumerable<Condition> where)
    {
        var conditions = where.ToArray();
        return Add("delete", table, (writer, _) => Operation.WriteWhere(writer, conditions));
    }

    /// <summary>Deletes the rows that meet the condition.</summary>
    public int Delete(string table, Condition where) => Delete(table, [where]);

    /// <summary>Reads the rows that meet all conditions, as they are at this point of the transaction.</summary>
    public int Select(string table, IEnumerable<Condition> where, IEnumerable<string> columns)
    {
        var (conditions, names) = (where.ToArray(), columns.ToArray());
        return Add("select", table, (writer, _) =>
        {
            Operation.WriteWhere(writer, conditions);
            Operation.WriteColumns(writer, names);
        });
    }

    /// <summary>
    /// Waits until the rows that meet all conditions equal the given ones in these columns, or do not. With a zero
    /// timeout this is a precondition: unmet, the transaction ends as <see cref="TransactionOutcome.Conflict"/>.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="where">Which rows to look at.</param>
    /// <param name="columns">Which columns to compare.</param>
    /// <param name="until">Either == or !=.</param>
    /// <param name="rows">What to compare with, in any order.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    public int Wait(
        string table,
        IEnumerable<Condition> where,
        IEnumerable<string> columns,
        string until,
        IEnumerable<IEnumerable<KeyValuePair<string, Datum>>> rows,
        TimeSpan timeout)
    {
        if (until is not ("==" or "!="))
            throw new ArgumentException($"\"{until}\" is neither == nor !=.", nameof(until));
        var (conditions, names, expected) = (where.ToArray(), columns.ToArray(), rows.Select(Enumerable.ToArray).ToArray());
        _operations.Add(new("wait", table, IsPrecondition: timeout == TimeSpan.Zero, (writer, schema) =>
        {
            if (timeout != Timeout.InfiniteTimeSpan)
                writer.WriteNumber("timeout"u8, (long)timeout.TotalMilliseconds);
            Operation.WriteWhere(writer, conditions);
            Operation.WriteColumns(writer, names);
            writer.WriteString("until"u8, until);
            writer.WriteStartArray("rows"u8);
            foreach (var row in expected)
                Operation.WriteRow(writer, row, schema);
            writer.WriteEndArray();
        }));
        return Count - 1;
    }

    /// <summary>Leaves a note in the database's log, for <c>ovsdb-tool show-log</c>.</summary>
    public int Comment(string text) => Add("comment", null, (writer, _) => writer.WriteString("comment"u8, text));

    /// <summary>Fails the transaction unless this session holds a lock.</summary>
    public int Assert(string @lock) => Add("assert", null, (writer, _) => writer.WriteString("lock"u8, @lock));

    /// <summary>Fails the transaction always: to see what it would do.</summary>
    public int Abort() => Add("abort", null, static (_, _) => { });

    /// <summary>Has the server write to its disk before it answers, if <paramref name="durable"/>.</summary>
    public int Commit(bool durable) => Add("commit", null, (writer, _) => writer.WriteBoolean("durable"u8, durable));

    /// <summary>The operations as JSON, one in a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var operation in _operations)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(buffer, MessageWriter.Options);
            operation.Write(writer, schema: null);
            writer.Flush();
            text.Append(Encoding.UTF8.GetString(buffer.WrittenSpan)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Writes the parameters of <c>transact</c>.</summary>
    internal void Write(Utf8JsonWriter writer, DatabaseSchema? schema)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(Database);
        foreach (var operation in _operations)
            operation.Write(writer, schema);
        writer.WriteEndArray();
    }

    int Add(string name, string? table, Action<Utf8JsonWriter, TableSchema?> writeMembers)
    {
        _operations.Add(new(name, table, IsPrecondition: false, writeMembers));
        return Count - 1;
    }
}
