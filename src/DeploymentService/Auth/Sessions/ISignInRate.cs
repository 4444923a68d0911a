using DeploymentService.Http;

namespace DeploymentService.Auth.Sessions;

/// <summary>Counts sign-ins among the requests of the token that signs in: each writes. The limits know how many there may be.</summary>
public interface ISignInRate
{
    /// <summary>Counts one, and makes the request the caller's.</summary>
    /// <exception cref="FaultException">429: the caller makes too many requests.</exception>
    void Count(HttpContext http, Caller caller);
}
