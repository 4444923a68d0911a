namespace DeploymentService.Secrets;

/// <summary>Registers what keeps secrets from readers.</summary>
public static class SecretsSetup
{
    /// <summary>Adds the redaction.</summary>
    public static void AddSecrets(this IServiceCollection services, SecretsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Redaction>();
}
