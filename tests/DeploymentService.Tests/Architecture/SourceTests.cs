using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Architecture;

/// <summary>The rules of the house that can be read off the files.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] MadeByTools = ["bin", "obj", ".git", "node_modules", "TestResults", "data"];
    private static readonly string[] ForbiddenNames = ["Common", "Helpers", "Services", "Models", "Utils"];

    // In two parts, or this file would be one of those that it looks for.
    private static readonly string[] MachineFolders = ["/" + "work/", "/" + "root/", "/" + "home/"];

    private static readonly string Service = SourceTree.At("src", "DeploymentService");
    private static readonly string Tests = SourceTree.At("tests", "DeploymentService.Tests");

    [Fact]
    public void No_folder_is_called_after_nothing() => Assert.DoesNotContain(
        Directory.EnumerateDirectories(SourceTree.At("src"), "*", SearchOption.AllDirectories), folder => ForbiddenNames.Contains(Path.GetFileName(folder)));

    [Fact]
    public void Source_files_are_shorter_than_300_lines() =>
        Assert.Empty(Sources().Where(file => File.ReadLines(file).Count() >= 300).Select(Relative));

    [Fact]
    public void Statements_that_change_rows_are_where_changes_are_made() => Assert.Empty(
        Sources().Where(file => !MayWrite(file) && ChangingStatement().IsMatch(File.ReadAllText(file))).Select(Relative));

    [Fact]
    public void Nothing_is_saved_past_the_writer() => Assert.Empty(
        Sources().Where(file => !MayWrite(file) && SaveOfEntityFramework().IsMatch(File.ReadAllText(file))).Select(Relative));

    [Fact]
    public void Only_the_writer_opens_a_session_that_writes()
    {
        var openers = Sources().Where(file => File.ReadAllText(file).Contains(".OpenWriter(", StringComparison.Ordinal)).Select(Relative);

        Assert.Equal(
            [
                "src/DeploymentService/Storage/Postgres/PostgresCommitLock.cs",
                "src/DeploymentService/Storage/Postgres/PostgresWriteSession.cs",
                "src/DeploymentService/Storage/Sqlite/SqliteWriteSession.cs",
            ],
            openers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_folder_of_the_service_has_a_folder_of_tests() =>
        // How it is published is no code.
        Assert.Empty(Folders(Service).Except([.. Folders(Tests), "Properties"]));

    [Fact]
    public void Each_folder_of_tests_has_what_it_tests() =>
        Assert.Empty(Folders(Tests).Except([.. Folders(Service), "Architecture", "Heat", "Replicas", "Support"]));

    [Fact]
    public void Decisions_are_numbered_without_gaps()
    {
        var names = Directory.GetFiles(SourceTree.At("src", "decisions")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();

        Assert.All(names, name => Assert.Matches("^[0-9]{4}-[a-z0-9-]+\\.md$", name));
        Assert.Equal(Enumerable.Range(1, names.Count), names.Select(name => int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void No_file_knows_the_machine_that_it_was_written_on()
    {
        var files = Files(SourceTree.Root).Where(file => Path.GetExtension(file) is not (".png" or ".ico" or ".jsonl" or ".db"));

        Assert.Empty(files.Where(file => MachineFolders.Any(File.ReadAllText(file).Contains)).Select(Relative));
    }

    private static bool MayWrite(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return Relative(file).Contains("/Storage/Sqlite/", StringComparison.Ordinal)
            || Relative(file).Contains("/Storage/Postgres/", StringComparison.Ordinal)
            || name.EndsWith("Changes", StringComparison.Ordinal)
            || name.EndsWith("Store", StringComparison.Ordinal)
            || name.EndsWith("Sql", StringComparison.Ordinal);
    }

    /// <summary>What people wrote: not the migrations and the compiled model, which EF Core does.</summary>
    internal static IEnumerable<string> Sources() => Files(Service).Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
        && !Relative(file).Contains("/Migrations/", StringComparison.Ordinal) && !Relative(file).Contains("/Compiled/", StringComparison.Ordinal));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder).Where(IsOurs)
        .Concat(Directory.EnumerateDirectories(folder).Where(IsOurs).SelectMany(Files));

    private static IEnumerable<string> Folders(string folder) =>
        Directory.EnumerateDirectories(folder).Where(child => Files(child).Any()).Select(child => Path.GetFileName(child)).Except(MadeByTools);

    private static bool IsOurs(string path) => !MadeByTools.Contains(Path.GetFileName(path));

    private static string Relative(string file) => Path.GetRelativePath(SourceTree.Root, file).Replace('\\', '/');

    [GeneratedRegex("""\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)""")]
    private static partial Regex ChangingStatement();

    [GeneratedRegex("""\b(SaveChanges|ExecuteUpdate|ExecuteDelete)(Async)?\(""")]
    private static partial Regex SaveOfEntityFramework();
}
