namespace Hawser.Ovsdb;

/// <summary>A row was to have a value in a column that the server's version of the schema lacks, or that is not monitored.</summary>
public sealed class MissingColumnException : OvsdbException
{
    internal MissingColumnException(DatabaseSchema schema, string table, string column)
        : base(Describe(schema, table, column), null) => (Table, Column) = (table, column);

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>The column.</summary>
    public string Column { get; }

    static string Describe(DatabaseSchema schema, string table, string column)
    {
        if (!schema.Has(table))
            return $"database {schema.Name} has no table {table} in its version {schema.Version}: this needs a newer server";
        if (!schema.Tables[table].Columns.ContainsKey(column))
            return $"table {table} of database {schema.Name} has no column {column} in its version {schema.Version}: "
                + "this needs a newer server";
        return $"column {column} of table {table} of database {schema.Name} is not monitored";
    }
}
