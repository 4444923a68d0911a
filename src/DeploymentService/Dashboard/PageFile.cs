using System.Collections.Frozen;
using System.Security.Cryptography;

namespace DeploymentService.Dashboard;

/// <summary>A file of the page, as it is in the program.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Tag">The entity tag: another content has another one, however it is compressed.</param>
internal sealed record PageFile(byte[] Content, string ContentType, string Tag)
{
    // The resources have the names that the project file gives them: this, and the path below the folder.
    private const string Prefix = "Dashboard/";

    private static readonly Dictionary<string, string> TypesByExtension = new()
    {
        [".html"] = "text/html",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain",
    };

    private static readonly Lazy<FrozenDictionary<string, PageFile>> LazyAll = new(ReadAll);

    /// <summary>What files of the page can be.</summary>
    public static IReadOnlyCollection<string> ContentTypes => TypesByExtension.Values;

    /// <summary>All files by their path below <c>/dashboard</c>; read when the first of them is asked for.</summary>
    public static FrozenDictionary<string, PageFile> All => LazyAll.Value;

    private static FrozenDictionary<string, PageFile> ReadAll()
    {
        var assembly = typeof(PageFile).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Prefix.Length..].Replace('\\', '/'),
                name =>
                {
                    using var resource = assembly.GetManifestResourceStream(name)!;
                    var content = new byte[resource.Length];
                    resource.ReadExactly(content);
                    return new PageFile(content, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..16])}\"");
                },
                StringComparer.Ordinal);
    }

    private static string TypeOf(string name)
    {
        var extension = Path.GetExtension(name);
        var type = TypesByExtension.GetValueOrDefault(extension)
            ?? throw new InvalidOperationException($"The page has a file of a type that is not served: {extension}");
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }
}
