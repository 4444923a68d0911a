using System.Text.RegularExpressions;

namespace DeploymentService.Tests.Heat;

/// <summary>A row of the page "Differences from Heat".</summary>
/// <param name="Cases">The cases that differ so.</param>
/// <param name="Field">In which field.</param>
/// <param name="Heat">What Heat has there; when it is code, literally so.</param>
/// <param name="Here">What we have there; when it is code, literally so.</param>
/// <param name="Why">The reason.</param>
public sealed partial record DifferenceRow(IReadOnlyList<string> Cases, string Field, string Heat, string Here, string Why)
{
    /// <summary>Whether the row is true of a difference.</summary>
    public bool Fits(Difference difference) => Fits(Heat, difference.Heat) && Fits(Here, difference.Here);

    private static bool Fits(string cell, string value) => Code().Match(cell) is not { Success: true } code || code.Groups[1].Value == value;

    [GeneratedRegex("^`([^`]*)`$")]
    private static partial Regex Code();
}

/// <summary>The page that lists every difference from Heat that is meant.</summary>
public static partial class DifferencePage
{
    /// <summary>Where the page is in the repository.</summary>
    public const string Name = "src/differences-from-heat.md";

    /// <summary>The rows of its table.</summary>
    public static IReadOnlyList<DifferenceRow> Rows { get; } = Read();

    /// <summary>The row that a difference needs.</summary>
    public static string RowFor(string id, Difference difference) =>
        $"| {id} | `{difference.Field}` | {Cell(difference.Heat)} | {Cell(difference.Here)} | the reason |";

    private static List<DifferenceRow> Read() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Heat", "differences-from-heat.md"))
            .Where(line => FirstCell().IsMatch(line))
            .Select(ReadRow)
            .ToList();

    private static DifferenceRow ReadRow(string line)
    {
        var cells = Border().Split(line.Trim().Trim('|')).Select(cell => cell.Trim().Replace(@"\|", "|", StringComparison.Ordinal)).ToList();
        return cells is [var cases, var field, var heat, var here, var why]
            ? new DifferenceRow(cases.Split(", "), field.Trim('`'), heat, here, why)
            : throw new InvalidDataException($"A row of {Name} has five cells, but this one has {cells.Count}: {line}");
    }

    private static string Cell(string value) =>
        value.Length > 100 ? "in words, as it is too long" : $"`{value.Replace("|", @"\|", StringComparison.Ordinal)}`";

    [GeneratedRegex(@"^\| \d{3}")]
    private static partial Regex FirstCell();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Border();
}
