using System.Text;
using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Architecture;

/// <summary>Every link of a page of the repository leads to a file that is there, and to a heading that it has.</summary>
public sealed partial class PageLinkTests
{
    private static readonly string[] BuiltFolders = ["bin", "obj", "node_modules", "data", "TestResults"];

    [Fact]
    public void No_link_is_dead()
    {
        var pages = Pages().ToList();
        var links = pages.SelectMany(page => LinksOf(page).Select(target => (Page: page, Target: target))).ToList();

        Assert.Contains(links, link => link.Target == "src/docs/settings.md");
        Assert.Contains(links, link => link.Target.Contains(".md#", StringComparison.Ordinal));
        Assert.Empty(links.Where(link => !Leads(link.Page, link.Target)).Select(link => $"{Path.GetRelativePath(SourceTree.Root, link.Page)}: {link.Target}"));
    }

    [Fact]
    public void The_index_has_every_page()
    {
        var index = LinksOf(SourceTree.At("src/docs/README.md")).ToHashSet();

        var pages = Directory.EnumerateFiles(SourceTree.At("src/docs"), "*.md").Select(page => Path.GetFileName(page)).Where(name => name != "README.md");

        Assert.Superset(pages.ToHashSet(), index);
    }

    [Fact]
    public void The_front_page_is_short() =>
        Assert.InRange(File.ReadAllLines(SourceTree.At("README.md")).Length, 50, 150);

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(SourceTree.Root, "*.md", new EnumerationOptions { RecurseSubdirectories = true })
        .Where(file => !Path.GetRelativePath(SourceTree.Root, file).Split(Path.DirectorySeparatorChar).Any(part => BuiltFolders.Contains(part)));

    /// <summary>What stands in blocks and quotes of code is no link.</summary>
    private static IEnumerable<string> LinksOf(string page) =>
        Target().Matches(Quoted().Replace(Fenced().Replace(File.ReadAllText(page), ""), "code")).Select(link => link.Groups["target"].Value);

    private static bool Leads(string page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal))
        {
            return true;
        }

        var (path, anchor) = target.Split('#', 2) is [var file, var heading] ? (file, heading) : (target, null);
        var place = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(path)));
        return anchor is null ? File.Exists(place) || Directory.Exists(place) : File.Exists(place) && AnchorsOf(place).Contains(anchor);
    }

    /// <summary>The names that GitHub gives to headings; of equal ones the second gets -1.</summary>
    private static HashSet<string> AnchorsOf(string page)
    {
        var anchors = new HashSet<string>();
        foreach (Match heading in Heading().Matches(Fenced().Replace(File.ReadAllText(page), "")))
        {
            var name = new StringBuilder();
            foreach (var letter in heading.Groups["text"].Value.Trim().ToLowerInvariant())
            {
                if (char.IsLetterOrDigit(letter) || letter is '-' or '_')
                {
                    name.Append(letter);
                }
                else if (letter == ' ')
                {
                    name.Append('-');
                }
            }

            var anchor = name.ToString();
            for (var number = 1; !anchors.Add(anchor); number++)
            {
                anchor = $"{name}-{number}";
            }
        }

        return anchors;
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Target();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
