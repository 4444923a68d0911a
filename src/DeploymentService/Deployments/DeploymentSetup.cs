using FluentValidation;

namespace DeploymentService.Deployments;

/// <summary>Registers the deployments.</summary>
public static class DeploymentSetup
{
    /// <summary>Adds the store and the rules of the bodies.</summary>
    public static void AddDeployments(this IServiceCollection services) => services
        .AddSingleton<IDeploymentStore, DeploymentStore>()
        .AddSingleton<IValidator<CreateDeployment>, CreateDeploymentValidator>()
        .AddSingleton<IValidator<UpdateDeployment>, UpdateDeploymentValidator>();
}
