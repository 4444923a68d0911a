using DeploymentService.Auth;
using DeploymentService.Auth.Sessions;
using DeploymentService.Hosting;
using DeploymentService.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace DeploymentService.Limits;

/// <summary>Counts by the limiter of all requests, which does not see a sign-in: it has no token.</summary>
internal sealed class SignInRate(CallerLimitsOptions options, IOptions<RateLimiterOptions> limiter, Tally<Limited> refused) : ISignInRate
{
    /// <inheritdoc />
    public void Count(HttpContext http, Caller caller)
    {
        http.User = caller.Principal;
        if (options.RequestsPerSecond == 0)
        {
            return;
        }

        using var lease = limiter.Value.GlobalLimiter!.AttemptAcquire(http);
        if (!lease.IsAcquired)
        {
            refused.Add(Limited.Requests);
            throw new FaultException(RequestRates.FaultOf(lease));
        }
    }
}
