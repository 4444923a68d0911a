using DeploymentService.Http;
using Microsoft.AspNetCore.Authentication;

namespace DeploymentService.Auth;

/// <summary>Recognises the caller of a request once more: one that goes on for hours must not outlive its token.</summary>
public static class Recognition
{
    /// <summary>True while the request's token is good. When nobody can be asked about it, it is not, as at the beginning of a request.</summary>
    public static async Task<bool> IsStillGoodAsync(HttpContext http)
    {
        // With a handler of its own: that of the request remembers what it found.
        await using var scope = http.RequestServices.CreateAsyncScope();
        try
        {
            var handler = await scope.ServiceProvider.GetRequiredService<IAuthenticationHandlerProvider>().GetHandlerAsync(http, TokenAuthentication.Scheme);
            return (await handler!.AuthenticateAsync()).Succeeded;
        }
        catch (FaultException)
        {
            return false;
        }
    }
}
