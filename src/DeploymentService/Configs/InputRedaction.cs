using System.Collections.Concurrent;
using DeploymentService.Json;
using DeploymentService.Secrets;
using DeploymentService.Storage;

namespace DeploymentService.Configs;

/// <summary>Knows which inputs the configs declare as <c>hidden</c>: their values are secrets, whatever their names say.</summary>
public sealed class InputRedaction(IDatabaseReader reader, Redaction redaction)
{
    /// <summary>How many bytes the kept names may take: those of some 50,000 usual configs, or of seven that declare 28,000 hidden inputs in a megabyte.</summary>
    public const long MostBytes = 16 * 1024 * 1024;

    // What an entry and a name take beside the letters of the name, about.
    private const int BytesOfEntry = 256;
    private const int BytesOfName = 64;

    // A config never changes, so that what it declares need not be asked twice. A long list of names above all: a list may ask for it a thousand times.
    private readonly ConcurrentDictionary<(string ProjectId, string ConfigId), IReadOnlyCollection<string>> _declared = new();
    private readonly Lock _keeping = new();
    private long _keptBytes;

    /// <summary>How many bytes the kept names take, about.</summary>
    public long KeptBytes => Interlocked.Read(ref _keptBytes);

    /// <summary>The names of the values, at any depth, that must not be shown on a screen; in the order of their characters.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="configId">The config of the deployment.</param>
    /// <param name="values">The input or output values of the deployment.</param>
    public async ValueTask<IReadOnlyList<string>> HiddenInAsync(string projectId, string configId, JsonText? values)
    {
        if (values is null)
        {
            return [];
        }

        var found = new SortedSet<string>(StringComparer.Ordinal);
        (await RedactorAsync(projectId, configId, found)).Redact(values);
        return [.. found];
    }

    /// <summary>Hides the secrets among the values of a config's deployments.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="configId">The config.</param>
    /// <param name="found">Gets the names of what is hidden, where anybody wants to know.</param>
    internal async ValueTask<JsonRedactor> RedactorAsync(string projectId, string configId, ICollection<string>? found = null) =>
        redaction.Redactor(await DeclaredAsync(projectId, configId) ?? [], found);

    /// <summary>The same of a config that may be deleted; null where nobody knows what it declared.</summary>
    internal async ValueTask<JsonRedactor?> FindRedactorAsync(string projectId, string configId) =>
        await DeclaredAsync(projectId, configId) is { } declared ? redaction.Redactor(declared) : null;

    private async ValueTask<IReadOnlyCollection<string>?> DeclaredAsync(string projectId, string configId)
    {
        if (_declared.TryGetValue((projectId, configId), out var names))
        {
            return names;
        }

        if (await reader.FirstAsync(ConfigQueries.Inputs, (projectId, configId)) is not { } inputs)
        {
            return null;
        }

        names = Declared(inputs);
        Keep((projectId, configId), names);
        return names;
    }

    private void Keep((string ProjectId, string ConfigId) config, IReadOnlyCollection<string> names)
    {
        var bytes = BytesOfEntry + names.Sum(name => BytesOfName + ((long)name.Length * sizeof(char)));
        // One alone must not push out all others.
        if (bytes > MostBytes / 4)
        {
            return;
        }

        lock (_keeping)
        {
            if (_keptBytes + bytes > MostBytes)
            {
                _declared.Clear();
                _keptBytes = 0;
            }

            if (_declared.TryAdd(config, names))
            {
                _keptBytes += bytes;
            }
        }
    }

    private static HashSet<string> Declared(JsonText inputs)
    {
        using var declarations = inputs.Document();
        return
        [
            .. declarations.RootElement.EnumerateArray()
                .Where(declaration => declaration.TryGetProperty("hidden", out var flag) && JsonRedactor.IsTrue(flag))
                .Select(declaration => declaration.GetProperty("name").GetString()!),
        ];
    }
}
