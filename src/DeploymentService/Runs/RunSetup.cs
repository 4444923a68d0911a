namespace DeploymentService.Runs;

/// <summary>Registers the runs.</summary>
public static class RunSetup
{
    /// <summary>Adds what finds them, and what keeps secrets from readers.</summary>
    public static void AddRuns(this IServiceCollection services) => services
        .AddSingleton<RunStore>()
        .AddSingleton<RunRedaction>();
}
