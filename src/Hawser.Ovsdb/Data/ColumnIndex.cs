using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>
/// The rows of a table by the value of a column that the schema declares unique. It holds their identities, so that
/// nothing changes here when another column of a row does.
/// </summary>
sealed record ColumnIndex(string Column, int Position, ImmutableDictionary<Atom, Guid> Rows);
