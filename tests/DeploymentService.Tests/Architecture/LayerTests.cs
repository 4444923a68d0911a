using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace DeploymentService.Tests.Architecture;

/// <summary>Which folder may use which: composition above the features, these above the storage, the leaves below all, and no cycles.</summary>
public sealed partial class LayerTests
{
    private const string Root = nameof(DeploymentService);

    // Program.cs is in no folder.
    private const string Start = "";

    private static readonly string[] Composition = [Start, "CommandLine", "Host"];
    private static readonly string[] Leaves = ["Hosting", "Json", "Settings"];

    // The one chooses the engine, the other asks it what a connection string means.
    private static readonly string[] ChoosersOfTheEngine = [$"{Root}.Storage.StorageSetup", $"{Root}.Storage.DatabaseOptions"];

    // An engine is its folder, and the packages whose names have this in them.
    private static readonly (string Folder, string Package)[] Engines = [($"{Root}.Storage.Sqlite", "sqlite"), ($"{Root}.Storage.Postgres", "npgsql")];

    private static readonly IReadOnlyList<Use> Uses = [.. OfTheProgram().Concat(OfTheSource()).Distinct()];

    /// <summary>Something in one folder uses something in another.</summary>
    private readonly record struct Use(string From, string To, string User);

    [Fact]
    public void The_leaves_use_nothing_but_leaves() => AssertNone(use => Leaves.Contains(use.From) && !Leaves.Contains(use.To));

    [Fact]
    public void Http_uses_no_feature_and_no_storage() => AssertNone(use => use.From == "Http" && !Leaves.Contains(use.To));

    [Fact]
    public void Storage_uses_no_feature() => AssertNone(use => use.From == "Storage" && !Leaves.Contains(use.To));

    [Fact]
    public void Each_engine_is_in_a_folder_of_its_own() => AssertNone(
        from engine in Engines
        from type in Types()
        where !IsOf(engine, type) && !ChoosersOfTheEngine.Contains(Outermost(type).FullName)
        from used in References.Of(type)
        where IsOf(engine, used)
        select $"{type.FullName} uses {used.FullName}");

    [Fact]
    public void Composition_is_used_by_composition_alone()
    {
        AssertNone(use => Composition.Contains(use.To) && !Composition.Contains(use.From));
        AssertNone(use => use is { From: "Host", To: "CommandLine" or Start });
    }

    [Fact]
    public void No_folders_use_one_another_in_a_circle()
    {
        var used = Uses.ToLookup(use => use.From);
        var done = new HashSet<string>();
        foreach (var folder in used.Select(uses => uses.Key))
        {
            Visit(folder, []);
        }

        void Visit(string folder, List<Use> way)
        {
            if (way.FindIndex(use => use.From == folder) is >= 0 and var begin)
            {
                Assert.Fail("A circle: " + string.Join(", ", way[begin..].Select(use => $"{use.From} uses {use.To} ({use.User})")));
            }

            if (done.Contains(folder))
            {
                return;
            }

            foreach (var use in used[folder].DistinctBy(use => use.To))
            {
                Visit(use.To, [.. way, use]);
            }

            done.Add(folder);
        }
    }

    private static void AssertNone(Func<Use, bool> isForbidden) =>
        AssertNone(Uses.Where(isForbidden).Select(use => $"{use.From} uses {use.To} in {use.User}"));

    /// <summary>Says all of them, where the framework's assertions would cut the list.</summary>
    private static void AssertNone(IEnumerable<string> faults) => Assert.Equal("", string.Join('\n', faults));

    private static IEnumerable<Use> OfTheProgram() =>
        from type in Types()
        from used in References.Of(type)
        where used.Assembly == type.Assembly && IsOurs(used) && FolderOf(used.Namespace!) != FolderOf(type.Namespace!)
        select new Use(FolderOf(type.Namespace!), FolderOf(used.Namespace!), Outermost(type).Name);

    private static IEnumerable<Use> OfTheSource() =>
        from file in SourceTests.Sources()
        let text = File.ReadAllText(file)
        let own = FolderOf(Namespace().Match(text).Groups["name"].Value)
        from line in Using().Matches(text)
        let used = FolderOf(line.Groups["name"].Value)
        where used != own
        select new Use(own, used, Path.GetFileNameWithoutExtension(file));

    /// <summary>All types that people wrote. What the compiler makes of lambdas and of methods that wait is theirs.</summary>
    private static IEnumerable<Type> Types() => typeof(Program).Assembly.GetTypes()
        .Where(type => IsOurs(type) && Outermost(type).GetCustomAttribute<CompilerGeneratedAttribute>() is null);

    private static bool IsOurs(Type type) => type.Namespace is { } name && (name == Root || name.StartsWith(Root + ".", StringComparison.Ordinal));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static bool IsOf((string Folder, string Package) engine, Type type) => type.Namespace?.StartsWith(engine.Folder, StringComparison.Ordinal) is true
        || type.Assembly.GetName().Name!.Contains(engine.Package, StringComparison.OrdinalIgnoreCase);

    private static string FolderOf(string name) => name.Split('.') is [_, var folder, ..] ? folder : Start;

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (static |\w+ = )?(?<name>DeploymentService\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
