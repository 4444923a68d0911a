using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Json;
using DeploymentService.Secrets;

namespace DeploymentService.Runs;

/// <summary>Keeps the secrets of runs from those who may only read, and from screens.</summary>
public sealed class RunRedaction(Redaction redaction, InputRedaction inputs)
{
    /// <summary>A run as a caller may see it.</summary>
    public async ValueTask<RunView> ForAsync(Caller caller, string projectId, RunView view, ShownValues values)
    {
        if (caller.SeesSecrets && values != ShownValues.Masked)
        {
            return view;
        }

        return view with
        {
            InputValues = await RedactAsync(projectId, view.ConfigId, view.InputValues),
            OutputValues = await RedactAsync(projectId, view.ConfigId, view.OutputValues),
            StatusReason = redaction.ReasonFor(caller, view.StatusReason),
        };
    }

    /// <summary>Runs as a caller may see them.</summary>
    public async ValueTask<ListChunk<RunView>> ForAsync(Caller caller, string projectId, ListChunk<RunView> chunk, ShownValues values)
    {
        var views = new List<RunView>(chunk.Items.Count);
        foreach (var view in chunk.Items)
        {
            views.Add(await ForAsync(caller, projectId, view, values));
        }

        return chunk with { Items = views };
    }

    private async ValueTask<JsonText?> RedactAsync(string projectId, string configId, JsonText? values)
    {
        if (values is null)
        {
            return null;
        }

        // Of a config that is deleted nobody knows which inputs it had hidden: then all of them are.
        return (await inputs.FindRedactorAsync(projectId, configId) ?? redaction.Redactor(NamesIn(values))).Redact(values);
    }

    private static HashSet<string> NamesIn(JsonText values)
    {
        using var document = values.Document();
        return [.. document.RootElement.EnumerateObject().Select(member => member.Name)];
    }
}
