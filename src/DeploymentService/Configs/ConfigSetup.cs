using FluentValidation;

namespace DeploymentService.Configs;

/// <summary>Registers the configs.</summary>
public static class ConfigSetup
{
    /// <summary>Adds the store, what keeps hidden inputs hidden, and the rules of the bodies.</summary>
    public static void AddConfigs(this IServiceCollection services) => services
        .AddSingleton<ConfigStore>()
        .AddSingleton<InputRedaction>()
        .AddSingleton<IValidator<CreateConfig>, CreateConfigValidator>();
}
