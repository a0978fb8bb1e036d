using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>The rows of a table by the value of a column that the schema declares unique.</summary>
sealed record ColumnIndex(string Column, int Position, ImmutableDictionary<Atom, Row> Rows);
