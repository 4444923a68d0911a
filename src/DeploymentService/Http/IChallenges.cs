using Microsoft.Extensions.Primitives;

namespace DeploymentService.Http;

/// <summary>What a 401 asks for.</summary>
public interface IChallenges
{
    /// <summary>The values of <c>WWW-Authenticate</c>, a header line each.</summary>
    StringValues For(HttpContext http);
}
