using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Secrets;

namespace DeploymentService.Deployments;

/// <summary>Keeps the secrets of deployments from those who may only read, and from screens.</summary>
public sealed class DeploymentRedaction(Redaction redaction, InputRedaction inputs)
{
    /// <summary>A deployment as a caller may see it.</summary>
    public async ValueTask<DeploymentView> ForAsync(Caller caller, string projectId, DeploymentView view, ShownValues values = ShownValues.All)
    {
        if (caller.SeesSecrets)
        {
            return values == ShownValues.Masked ? await WithoutSecretValuesAsync(projectId, view) : view;
        }

        return await WithoutSecretValuesAsync(projectId, view) with
        {
            StatusReason = redaction.ReasonOf(view.StatusReason),
            WaitingFor = redaction.ReasonOf(view.WaitingFor),
            WaitingForParts = view.WaitingForParts is { } parts ? [.. parts.Select(part => part with { Detail = redaction.ReasonOf(part.Detail)! })] : null,
        };
    }

    /// <summary>Deployments as a caller may see them.</summary>
    public async ValueTask<ListChunk<DeploymentView>> ForAsync(Caller caller, string projectId, ListChunk<DeploymentView> chunk)
    {
        if (caller.SeesSecrets)
        {
            return chunk;
        }

        var views = new List<DeploymentView>(chunk.Items.Count);
        foreach (var view in chunk.Items)
        {
            views.Add(await ForAsync(caller, projectId, view));
        }

        return chunk with { Items = views };
    }

    /// <summary>A deployment whose input and output values have no secrets, whoever asks.</summary>
    private async ValueTask<DeploymentView> WithoutSecretValuesAsync(string projectId, DeploymentView view)
    {
        if (view is { InputValues: null, OutputValues: null })
        {
            return view;
        }

        var redactor = await inputs.RedactorAsync(projectId, view.ConfigId);
        return view with
        {
            InputValues = view.InputValues is { } given ? redactor.Redact(given) : null,
            OutputValues = view.OutputValues is { } reported ? redactor.Redact(reported) : null,
        };
    }
}
