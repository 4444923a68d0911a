using DeploymentService.Configs;
using DeploymentService.Http;
using FluentValidation;

namespace DeploymentService.Deployments;

/// <summary>Rules that the creation and the update of a deployment share.</summary>
public static class DeploymentRules
{
    /// <summary>What to say of any other status.</summary>
    public const string StatusWords = "must be COMPLETE, IN_PROGRESS or FAILED, in upper case";

    /// <summary>A config of the request's own project; one of another project is as unknown as one that never was.</summary>
    public static IRuleBuilderOptionsConditions<T, string?> ConfigOfProject<T>(this IRuleBuilder<T, string?> rule, ConfigStore configs) =>
        rule.CustomAsync((id, context, _) => string.IsNullOrEmpty(id) ? Task.CompletedTask : LookAsync(configs, id, context));

    private static async Task LookAsync<T>(ConfigStore configs, string id, ValidationContext<T> context)
    {
        if (!await configs.ExistsAsync((string)context.RootContextData[ValidationFilter.ProjectKey], id))
        {
            context.AddFailure($"no software config with id {id} is in this project");
        }
    }
}
