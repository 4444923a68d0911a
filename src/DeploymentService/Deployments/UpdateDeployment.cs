using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Storage.Model;
using FluentValidation;

namespace DeploymentService.Deployments;

/// <summary>
/// The body of <c>PUT /v1/{project_id}/software_deployments/{deployment_id}</c>. A field that is absent, null or empty leaves alone what is
/// stored; a field with something in it replaces it as a whole.
/// </summary>
public sealed record UpdateDeployment : JsonRequest
{
    /// <summary>The stack action that triggers the deployment, free text. At most 255 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Another config of this project.</summary>
    public string? ConfigId { get; init; }

    /// <summary>An object: the values that the config's inputs get.</summary>
    public JsonText? InputValues { get; init; }

    /// <summary>An object: what the server reported.</summary>
    public JsonText? OutputValues { get; init; }

    /// <summary><c>COMPLETE</c>, <c>IN_PROGRESS</c> or <c>FAILED</c>; without one, something else to be run is in progress at once.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public string? Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public string? StatusReason { get; init; }

    /// <summary>True unless it leaves everything alone.</summary>
    internal bool HasChanges => this is not { Action: null, ConfigId: null, InputValues: null, OutputValues: null, Status: null, StatusReason: null };

    /// <summary>Reads the body.</summary>
    public static ValueTask<UpdateDeployment?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, fields => new UpdateDeployment
    {
        Action = Filled(fields.Text("action")),
        ConfigId = Filled(fields.Text("config_id")),
        InputValues = Filled(fields.Object("input_values")),
        OutputValues = Filled(fields.Object("output_values")),
        Status = Filled(fields.Text("status")),
        StatusReason = Filled(fields.Text("status_reason")),
        BindingErrors = fields.Faults,
    });

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static JsonText? Filled(JsonText? json) => json is { IsEmptyContainer: true } ? null : json;
}

/// <summary>The rules of <see cref="UpdateDeployment"/>.</summary>
public sealed class UpdateDeploymentValidator : JsonRequestValidator<UpdateDeployment>
{
    /// <summary>Sets the rules up.</summary>
    public UpdateDeploymentValidator(ConfigStore configs)
    {
        RuleFor(deployment => deployment.Action).AtMost(255);
        RuleFor(deployment => deployment.ConfigId).ConfigOfProject(configs);
        RuleFor(deployment => deployment.Status)
            .Must(DeploymentStatus.IsKnown).WithMessage(DeploymentRules.StatusWords)
            .When(deployment => deployment.Status is not null);
    }
}
