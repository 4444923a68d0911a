using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using DeploymentService.Json;
using DeploymentService.Storage.Model;
using FluentValidation;

namespace DeploymentService.Deployments;

/// <summary>The body of <c>POST /v1/{project_id}/software_deployments</c>. Fields that are not named here are ignored.</summary>
public sealed record CreateDeployment : IdempotentBody
{
    /// <summary>The config that goes to the server, of this project. Required.</summary>
    public string? ConfigId { get; init; }

    /// <summary>The server: 1 to 255 printable characters, chosen by the client. Required.</summary>
    public string? ServerId { get; init; }

    /// <summary>The stack action that triggers the deployment, free text. At most 255 characters.</summary>
    public string? Action { get; init; }

    /// <summary><c>COMPLETE</c>, <c>IN_PROGRESS</c> or <c>FAILED</c>; absent or null is <c>IN_PROGRESS</c>.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public string? Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public string? StatusReason { get; init; }

    /// <summary>An object: the values that the config's inputs get.</summary>
    public JsonText? InputValues { get; init; }

    /// <summary>
    /// How many seconds the server may take to report, at most a year; 0 for no limit, absent for what the service is set to. After that the deployment is
    /// overdue, and some time later it is failed.
    /// </summary>
    public long? Timeout { get; init; }

    /// <summary>Kept for Heat's clients; gives nobody access and is never returned. At most 64 characters.</summary>
    public string? StackUserProjectId { get; init; }

    /// <summary>Reads the body.</summary>
    public static ValueTask<CreateDeployment?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, fields => new CreateDeployment
    {
        ConfigId = fields.Text("config_id"),
        ServerId = fields.Text("server_id"),
        Action = fields.Text("action"),
        Status = fields.Text("status"),
        StatusReason = fields.Text("status_reason"),
        InputValues = fields.Object("input_values"),
        Timeout = fields.Integer("timeout"),
        StackUserProjectId = fields.Text("stack_user_project_id"),
        BindingErrors = fields.Faults,
    });
}

/// <summary>The rules of <see cref="CreateDeployment"/>.</summary>
public sealed class CreateDeploymentValidator : JsonRequestValidator<CreateDeployment>
{
    /// <summary>The longest timeout: a year, in seconds.</summary>
    public const int LongestTimeout = 365 * 24 * 60 * 60;

    /// <summary>Sets the rules up.</summary>
    public CreateDeploymentValidator(ConfigStore configs, IdempotencyStore keys)
    {
        RuleFor(deployment => deployment.ConfigId)
            .Required("the id of a config of this project")
            .Unless(deployment => deployment.HasBindingError("config_id"));
        // A request that comes again gets the first answer, even if the config has gone since.
        RuleFor(deployment => deployment.ConfigId)
            .ConfigOfProject(configs)
            .UnlessAsync((deployment, context, _) => keys.ContainsAsync(
                (string)context.RootContextData[ValidationFilter.ProjectKey], InsertDeployment.Operation, deployment.Idempotency).AsTask());
        RuleFor(deployment => deployment.ServerId)
            .Required("the server that the config goes to")
            .AtMost(255).Printable()
            .Unless(deployment => deployment.HasBindingError("server_id"));
        RuleFor(deployment => deployment.Action).AtMost(255);
        RuleFor(deployment => deployment.Status)
            .Must(DeploymentStatus.IsKnown).WithMessage(DeploymentRules.StatusWords)
            .When(deployment => deployment.Status is not null);
        RuleFor(deployment => deployment.Timeout)
            .InclusiveBetween(0, LongestTimeout).WithMessage($"must be a whole number of seconds from 0 to {LongestTimeout}");
        RuleFor(deployment => deployment.StackUserProjectId).AtMost(64);
    }
}
