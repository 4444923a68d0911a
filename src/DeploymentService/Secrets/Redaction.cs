using System.Collections.Concurrent;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Json;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Secrets;

/// <summary>
/// Keeps secrets from those who may only read: in whatever a caller sees of deployments, configs and events. Members and agents get everything, as in Heat, and
/// pay nothing for this.
/// </summary>
public sealed class Redaction(SqliteReaders readers, SecretsOptions options)
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "••••";

    // A config never changes, so that what it declares need not be asked twice. About 150 bytes each.
    private const int MostKnown = 10_000;
    private readonly ConcurrentDictionary<(string ProjectId, string ConfigId), IReadOnlyCollection<string>> _declared = new();

    /// <summary>A deployment as a caller may see it.</summary>
    public DeploymentView For(Caller caller, string projectId, DeploymentView view, ShownValues values = ShownValues.All) => caller.SeesSecrets
        ? values == ShownValues.Masked ? WithoutSecretValues(projectId, view) : view
        : WithoutSecretValues(projectId, view) with
        {
            StatusReason = ReasonOf(view.StatusReason),
            WaitingFor = ReasonOf(view.WaitingFor),
            WaitingForParts = view.WaitingForParts is { } parts ? [.. parts.Select(part => part with { Detail = ReasonOf(part.Detail)! })] : null,
        };

    /// <summary>Deployments as a caller may see them.</summary>
    public ListChunk<DeploymentView> For(Caller caller, string projectId, ListChunk<DeploymentView> chunk) =>
        caller.SeesSecrets ? chunk : chunk.Select(view => For(caller, projectId, view));

    /// <summary>A config as a caller may see it. What it runs stays as it is where it is a script, because whoever may read a script may read all of it.</summary>
    public ConfigView For(Caller caller, ConfigView view) => caller.SeesSecrets ? view : view with
    {
        Config = WithoutSecrets(view.Config, isScript: true),
        Inputs = WithoutSecrets(view.Inputs),
        Options = WithoutSecrets(view.Options),
    };

    /// <summary>Events as a caller may see them.</summary>
    public ListChunk<EventView> For(Caller caller, ListChunk<EventView> chunk) => caller.SeesSecrets ? chunk : chunk.Select(view => For(caller, view));

    /// <summary>An event as a caller may see it.</summary>
    public EventView For(Caller caller, EventView view) => caller.SeesSecrets ? view : view with { Reason = ReasonOf(view.Reason) };

    /// <summary>The reason of a deployment or an event as a caller may see it.</summary>
    public string? ReasonFor(Caller caller, string? reason) => caller.SeesSecrets ? reason : ReasonOf(reason);

    /// <summary>A deployment whose input and output values have no secrets, whoever asks.</summary>
    private DeploymentView WithoutSecretValues(string projectId, DeploymentView view)
    {
        if (view is { InputValues: null, OutputValues: null })
        {
            return view;
        }

        var redactor = new JsonRedactor(options.Names, Declared(projectId, view.ConfigId));
        return view with
        {
            InputValues = view.InputValues is { } inputs ? redactor.Redact(inputs) : null,
            OutputValues = view.OutputValues is { } outputs ? redactor.Redact(outputs) : null,
        };
    }

    /// <summary>The names of the values, at any depth, that must not be shown on a screen; in the order of their characters.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="configId">The config of the deployment.</param>
    /// <param name="values">The input or output values of the deployment.</param>
    public IReadOnlyList<string> HiddenIn(string projectId, string configId, JsonText? values)
    {
        if (values is null)
        {
            return [];
        }

        var found = new SortedSet<string>(StringComparer.Ordinal);
        new JsonRedactor(options.Names, Declared(projectId, configId), found).Redact(values);
        return [.. found];
    }

    // Of an output that means a failure, a reason repeats the value: "name : value", and several of them with commas between.
    private const string ReasonSign = " : ";
    private const int LongestName = 1000;

    /// <summary>A reason without secrets. Behind the name of a secret output, nobody knows where its value ends: all of the rest is hidden.</summary>
    public string? ReasonOf(string? reason)
    {
        if (reason is null)
        {
            return null;
        }

        for (var sign = reason.IndexOf(ReasonSign, StringComparison.Ordinal); sign >= 0; sign = reason.IndexOf(ReasonSign, sign + 1, StringComparison.Ordinal))
        {
            // No output has a longer name: what stands before it need not be searched again and again.
            var name = reason.AsSpan(Math.Max(0, sign - LongestName), Math.Min(sign, LongestName));
            name = name[(name.LastIndexOf(", ") is >= 0 and var comma ? comma + 2 : 0)..];
            if (options.Names.Fit(name))
            {
                reason = string.Concat(reason.AsSpan(0, sign + ReasonSign.Length), Mask);
                break;
            }
        }

        return new JsonRedactor(options.Names, []).Redact(reason);
    }

    private JsonText WithoutSecrets(JsonText json, bool isScript = false)
    {
        var redactor = new JsonRedactor(options.Names, []);
        if (!isScript || json.Utf8.Span[0] != '"')
        {
            return redactor.Redact(json);
        }

        using var document = json.Document();
        var text = document.RootElement.GetString()!;
        return redactor.RedactJson(text) is { } redacted && !ReferenceEquals(redacted, text) ? JsonRedactor.TextOf(redacted) : json;
    }

    /// <summary>The inputs that a config declares with <c>hidden</c>.</summary>
    private IReadOnlyCollection<string> Declared(string projectId, string configId)
    {
        if (_declared.TryGetValue((projectId, configId), out var names))
        {
            return names;
        }

        names = readers.Read(
            static (session, key) =>
            {
                var row = session.Prepare(ConfigSql.Inputs).Bind(1, key.projectId).Bind(2, key.configId);
                IReadOnlyCollection<string> hidden = row.Step() ? Declared(row.Json(0)) : [];
                row.Reset();
                return hidden;
            },
            (projectId, configId));
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
