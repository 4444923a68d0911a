using DeploymentService.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace DeploymentService.Auth.Keystone;

/// <summary>Registers the callers that Keystone knows.</summary>
public static class KeystoneSetup
{
    /// <summary>How long Keystone is left alone after it failed often, and what callers are told to wait, in seconds.</summary>
    public const int PauseSeconds = 2;

    // More at once only wait for each other in Keystone; what finds no place is 503.
    private const int MostRequests = 64;
    private const int MostWaiting = 512;

    /// <summary>Adds the client, its patience, and the cache.</summary>
    public static void AddKeystone(this IServiceCollection services, KeystoneOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<KeystoneClient>();
        services.AddSingleton<ServiceToken>();
        services.AddSingleton<KeystoneCallers>();
        services.AddInstruments<KeystoneMetrics>();
        services.AddHttpClient(KeystoneClient.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            // Its events would have headers, and so tokens.
            .RemoveAllLoggers()
            // A redirect would carry the tokens to wherever it points.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            .AddResilienceHandler(KeystoneClient.ClientName, pipeline => AddResilience(pipeline, options));
    }

    /// <summary>Asks again when a fault may pass, but leaves a Keystone alone that fails: its callers get their 503 at once.</summary>
    private static void AddResilience(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, KeystoneOptions options)
    {
        var retry = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldRetryAfterHeader = false,
        };
        retry.DisableForUnsafeHttpMethods();
        // Patience with a network is real time, whatever clock tokens are judged by.
        pipeline.TimeProvider = TimeProvider.System;
        pipeline
            .AddConcurrencyLimiter(MostRequests, MostWaiting)
            .AddRetry(retry)
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 6,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(PauseSeconds),
            })
            // A second attempt still fits into the time that the caller waits.
            .AddTimeout(options.Timeout / 2);
    }
}
