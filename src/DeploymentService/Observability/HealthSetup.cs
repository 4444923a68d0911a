namespace DeploymentService.Observability;

/// <summary>Registers what the health is made of.</summary>
public static class HealthSetup
{
    /// <summary>The checks that only a restart can mend.</summary>
    public const string Live = "live";

    /// <summary>All checks.</summary>
    public const string Ready = "ready";

    /// <summary>Among the data of a check that found no fault, and something that a start has still to do: the framework would log a state of its own as a fault, once for each who asks.</summary>
    internal const string Starting = "starting";

    /// <summary>Adds the checks.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<WriteTrial>();
        services.AddHealthChecks()
            .AddCheck<WriterHealthCheck>("writer", tags: [Live, Ready])
            .AddCheck<LastChangeHealthCheck>("write", tags: [Ready])
            .AddCheck<ReadHealthCheck>("read", tags: [Ready])
            .AddCheck<FleetHealthCheck>("fleet", tags: [Ready])
            .AddCheck<FollowerHealthCheck>("followers", tags: [Ready]);
    }
}
