using System.Collections.Concurrent;
using DeploymentService.Auth;
using DeploymentService.Data;
using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Http;

namespace DeploymentService.Configs;

/// <summary>
/// Keeps secrets from those who may only read: the values of inputs whose name says that they are one, or that the config declares with
/// <c>hidden</c>. Members and agents get them, as in Heat, and pay nothing for this.
/// </summary>
public sealed class HiddenInputs(SqliteReaders readers)
{
    // A config never changes, so that what it declares need not be asked twice. About 150 bytes each.
    private const int MostKnown = 10_000;
    private readonly ConcurrentDictionary<(string ProjectId, string ConfigId), IReadOnlyCollection<string>> _declared = new();

    /// <summary>A deployment as a caller may see it.</summary>
    public DeploymentView For(Caller caller, string projectId, DeploymentView view) =>
        caller.Role != Role.Reader || view.InputValues is not { } values
            ? view
            : view with { InputValues = MaskedJson.Members(values, IsHidden(projectId, view.ConfigId)) };

    /// <summary>Deployments as a caller may see them.</summary>
    public ListChunk<DeploymentView> For(Caller caller, string projectId, ListChunk<DeploymentView> chunk) =>
        caller.Role != Role.Reader ? chunk : chunk.Select(view => For(caller, projectId, view));

    /// <summary>A config as a caller may see it.</summary>
    public static ConfigView For(Caller caller, ConfigView view) =>
        caller.Role != Role.Reader ? view : view with { Inputs = MaskedJson.Declarations(view.Inputs) };

    /// <summary>The names of a deployment's input values that must not be shown on a screen.</summary>
    public IReadOnlyList<string> Of(string projectId, string configId, JsonText? inputValues) =>
        inputValues is null ? [] : [.. MaskedJson.NamesOf(inputValues).Where(IsHidden(projectId, configId))];

    private Func<string, bool> IsHidden(string projectId, string configId)
    {
        var declared = Declared(projectId, configId);
        return name => SensitiveName.Is(name) || declared.Contains(name);
    }

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
                IReadOnlyCollection<string> hidden = row.Step() ? MaskedJson.HiddenIn(row.Json(0)) : [];
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
}
