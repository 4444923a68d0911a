using FluentValidation;

namespace DeploymentService.Deployments;

/// <summary>Registers the deployments.</summary>
public static class DeploymentSetup
{
    /// <summary>Adds the settings, the store, what keeps secrets from readers, and the rules of the bodies.</summary>
    public static void AddDeployments(this IServiceCollection services, DeploymentsOptions options, RunsOptions runs) => services
        .AddSingleton(options)
        .AddSingleton(runs)
        .AddSingleton<IDeploymentStore, DeploymentStore>()
        .AddSingleton<DeploymentRedaction>()
        .AddSingleton<IValidator<CreateDeployment>, CreateDeploymentValidator>()
        .AddSingleton<IValidator<UpdateDeployment>, UpdateDeploymentValidator>();
}
