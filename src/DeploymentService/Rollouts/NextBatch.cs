using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using FluentValidation;

namespace DeploymentService.Rollouts;

/// <summary>The body of <c>POST /v1/{project_id}/rollouts/{rollout_id}/next</c>. It may be absent.</summary>
[Body(IsOptional = true)]
public sealed record NextBatch : JsonRequest
{
    /// <summary>The number of the batch that is to be begun; any other than the next one changes nothing. Absent for whichever is next.</summary>
    public long? Batch { get; init; }

    /// <summary>Reads the body.</summary>
    public static async ValueTask<NextBatch?> BindAsync(HttpContext http)
    {
        JsonBody.RequireJson(http);
        var fields = await JsonBody.ReadOptionalAsync(http);
        return new NextBatch { Batch = fields.Integer("batch"), BindingErrors = fields.Faults };
    }
}

/// <summary>The rules of <see cref="NextBatch"/>.</summary>
public sealed class NextBatchValidator : JsonRequestValidator<NextBatch>
{
    /// <summary>Sets the rules up.</summary>
    public NextBatchValidator() => RuleFor(next => next.Batch)
        .InclusiveBetween(1, CreateRolloutValidator.MostServers).WithMessage($"must be the number of a batch, from 1 to {CreateRolloutValidator.MostServers}");
}
