using System.Collections.Concurrent;
using DeploymentService.Json;
using DeploymentService.Secrets;
using DeploymentService.Storage;

namespace DeploymentService.Configs;

/// <summary>Knows which inputs the configs declare as <c>hidden</c>: their values are secrets, whatever their names say.</summary>
public sealed class InputRedaction(IDatabaseReader reader, Redaction redaction)
{
    // A config never changes, so that what it declares need not be asked twice. About 150 bytes each.
    private const int MostKnown = 10_000;
    private readonly ConcurrentDictionary<(string ProjectId, string ConfigId), IReadOnlyCollection<string>> _declared = new();

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
        redaction.Redactor(await DeclaredAsync(projectId, configId), found);

    private async ValueTask<IReadOnlyCollection<string>> DeclaredAsync(string projectId, string configId)
    {
        if (_declared.TryGetValue((projectId, configId), out var names))
        {
            return names;
        }

        names = await reader.FirstAsync(ConfigQueries.Inputs, (projectId, configId)) is { } inputs ? Declared(inputs) : [];
        if (_declared.Count >= MostKnown)
        {
            _declared.Clear();
        }

        _declared[(projectId, configId)] = names;
        return names;
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
