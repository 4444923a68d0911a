namespace DeploymentService.Observability;

/// <summary>Registers what the health is made of.</summary>
public static class HealthSetup
{
    /// <summary>The checks that only a restart can mend.</summary>
    public const string Live = "live";

    /// <summary>All checks.</summary>
    public const string Ready = "ready";

    /// <summary>What is said when a check itself broke.</summary>
    public const string NotFound = "The health could not be found out: see the service's log.";

    /// <summary>Adds the checks.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<WriteTrial>();
        services.AddHealthChecks()
            .AddCheck<WriterCheck>("writer", tags: [Live, Ready])
            .AddCheck<WriteCheck>("write", tags: [Ready])
            .AddCheck<ReadCheck>("read", tags: [Ready])
            .AddCheck<FleetCheck>("fleet", tags: [Ready])
            .AddCheck<FollowerHealthCheck>("followers", tags: [Ready]);
    }
}
