namespace Hawser.Bench;

/// <summary>Prints rows as plain text, each column as wide as its widest cell.</summary>
static class ResultTable
{
    static readonly IReadOnlyList<string> Headings = ["measurement", "Hawser", "Docker's bridge (ovn: ovn-docker)", "ratio or floor", "target", "met?"];

    public static void Print(TextWriter output, IReadOnlyList<ResultRow> rows)
    {
        IReadOnlyList<IReadOnlyList<string>> lines = [Headings, .. rows.Select(r => r.Cells)];
        var widths = Headings.Select((_, column) => lines.Max(l => l[column].Length)).ToArray();
        Print(output, Headings, widths);
        output.WriteLine(string.Join("-+-", widths.Select(w => new string('-', w))));
        foreach (var row in rows) Print(output, row.Cells, widths);
    }

    static void Print(TextWriter output, IReadOnlyList<string> cells, int[] widths) =>
        output.WriteLine(string.Join(" | ", cells.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
}
