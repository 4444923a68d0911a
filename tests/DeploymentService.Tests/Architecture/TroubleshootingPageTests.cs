using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Architecture;

/// <summary>What the page of symptoms quotes in its tables is what the service, or a proxy in its place, really says.</summary>
public sealed partial class TroubleshootingPageTests
{
    [Fact]
    public void Every_symptom_is_in_the_words_of_the_service()
    {
        var files = Directory.EnumerateFiles(SourceTree.At("src/DeploymentService"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(SourceTree.At("src/deploy"), "*", SearchOption.AllDirectories));
        var source = string.Concat(files.Select(File.ReadAllText));
        var cells = Row().Matches(File.ReadAllText(SourceTree.At("src/docs/troubleshooting.md"))).SelectMany(row => Quoted().Matches(row.Groups["symptom"].Value)).ToList();

        // What stands in the place of … differs from time to time.
        var pieces = cells.SelectMany(cell => cell.Groups["text"].Value.Split('…', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();

        Assert.InRange(pieces.Count, 40, 200);
        var unknown = pieces.Where(piece => !source.Contains(piece, StringComparison.Ordinal)).ToList();
        Assert.Empty(unknown);
    }

    [GeneratedRegex(@"^\| (?<symptom>`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Quoted();
}
