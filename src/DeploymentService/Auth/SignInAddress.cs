using DeploymentService.Http;

namespace DeploymentService.Auth;

/// <summary>Where a caller gets a token: every 401 names it.</summary>
public sealed class SignInAddress(AuthenticationOptions options)
{
    /// <summary>
    /// Keystone's address without a version, as Heat names it; with the sign-in of this service its own, whole, so that it is good as
    /// <c>OS_AUTH_URL</c>: without <c>/v3</c> it would lead to the versions of the deployment API.
    /// </summary>
    public string Of(HttpContext http) =>
        options.Keystone?.UnversionedUrl ?? PublicAddress.Of(http) + (options.SignIn ? "/v3" : "");
}
