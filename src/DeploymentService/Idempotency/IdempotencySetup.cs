namespace DeploymentService.Idempotency;

/// <summary>Registers what is known of requests that are done once.</summary>
public static class IdempotencySetup
{
    /// <summary>Adds the store.</summary>
    public static void AddIdempotency(this IServiceCollection services) => services.AddSingleton<IdempotencyStore>();
}
