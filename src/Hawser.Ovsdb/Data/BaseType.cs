namespace Hawser.Ovsdb;

/// <summary>The type of a column's keys or values (RFC 7047 §3.2, <c>base-type</c>).</summary>
/// <param name="Kind">The scalar type.</param>
/// <param name="RefTable">For a UUID that refers to a row: the table of that row.</param>
/// <param name="IsWeak">Whether the reference disappears by itself with the row that it names.</param>
/// <param name="Enum">The values allowed, or null when all are.</param>
public sealed record BaseType(AtomKind Kind, string? RefTable = null, bool IsWeak = false, Datum? Enum = null);
