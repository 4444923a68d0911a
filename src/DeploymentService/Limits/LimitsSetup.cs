using DeploymentService.Auth.Sessions;
using DeploymentService.Hosting;

namespace DeploymentService.Limits;

/// <summary>Registers what one caller may ask of the service.</summary>
public static class LimitsSetup
{
    /// <summary>Adds the limits.</summary>
    public static void AddCallerLimits(this IServiceCollection services, CallerLimitsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AgentRequests>();
        services.AddSingleton<HeavyReads>();
        services.AddSingleton<ISignInRate, SignInRate>();
        services.AddSingleton<WaitLimit>();
        services.AddSingleton<StreamLimit>();
        services.AddSingleton<Tally<Limited>>();
        services.AddInstruments<LimitMetrics>();
        services.AddRateLimiter(limiter => RequestRates.Configure(limiter, options));
    }

    /// <summary>Counts requests by their tokens. Behind authentication, which finds the token, and before authorization, because refusals cost something too.</summary>
    public static void UseRequestRates(this IApplicationBuilder app, CallerLimitsOptions options)
    {
        if (options.RequestsPerSecond > 0)
        {
            app.UseRateLimiter();
        }
    }

    /// <summary>Says that agents report by this route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="isOfAgentsAlone">True where others make changes by it, which are no reports.</param>
    public static RouteHandlerBuilder TakesReports(this RouteHandlerBuilder route, bool isOfAgentsAlone = false) => route.WithMetadata(new ReportRoute(isOfAgentsAlone));
}
