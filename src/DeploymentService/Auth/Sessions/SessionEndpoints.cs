using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace DeploymentService.Auth.Sessions;

/// <summary>
/// Sign-in as at a Keystone v3: a token's name and secret are taken as a user's name and password, and the answer has a session and the
/// address of this service, so that clients that are configured with a password need no change.
/// </summary>
public static class SessionEndpoints
{
    /// <summary>The header with the secret that a request or an answer is about.</summary>
    public const string Subject = "X-Subject-Token";

    /// <summary>Maps the routes.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var identity = routes.MapGroup("/v3").WithTags("Sign-in");
        identity.MapGet("/", Version).WithName("showIdentityVersion");
        identity.MapPost("/auth/tokens", SignIn).Produces<IdentityTokenBody>(StatusCodes.Status201Created).WithName("signIn");
        identity.MapGet("/auth/tokens", Show).WithMetadata(new TokenRequired()).Produces<IdentityTokenBody>().WithName("showIdentityToken");
        identity.MapDelete("/auth/tokens", SignOut).WithMetadata(new TokenRequired()).WithName("signOut");
    }

    /// <summary>Show the version of the sign-in</summary>
    /// <response code="200">The version of Keystone's API that it follows.</response>
    private static OkJson<ApiVersionDocument> Version(HttpContext http) =>
        OkJson.Of(new ApiVersionDocument(new ApiVersion("v3.14", "stable", [new Link("self", $"{PublicAddress.Of(http)}/v3/")])));

    /// <summary>Sign in</summary>
    /// <remarks>
    /// As with Keystone: the user is a token's name, the password is its secret, the project is the token's own (an admin may choose any). The answer has a session, to be
    /// sent as `X-Auth-Token`. It ends after a while, at the latest with the token that it was opened with.
    /// </remarks>
    /// <response code="201">The session. Its secret is in the header `X-Subject-Token`.</response>
    /// <response code="401">The name and the secret do not belong to a token, or the token may not use the project.</response>
    /// <response code="429">The same, and there were too many with this name or from this address; or the token makes too many requests.</response>
    private static async Task<Results<TokenResult, Fault>> SignIn(
        HttpContext http, SignIn body, SessionStore sessions, FailedSignIns failed, ISignInRate rate)
    {
        if (await sessions.OpenAsync(body, http.TraceIdentifier, caller => rate.Count(http, caller)) is not { } opened)
        {
            return failed.Count(body.User, http.Connection.RemoteIpAddress)
                ?? (body.ErrorOf is { } sentence ? Fault.Unauthorized with { Message = sentence } : Fault.Unauthorized);
        }

        // For the log: the request itself carried no token.
        var row = opened.Row;
        http.User = new Caller(row.Name, row.Role, row.ProjectId).Principal;
        return new TokenResult(StatusCodes.Status201Created, opened.Secret, row, opened.Root, body.Methods[0], EndWithout: row.ExpiryTime!.Value);
    }

    /// <summary>Show a token or session</summary>
    /// <remarks>Its own, or another one of the same user; an admin may look at any.</remarks>
    /// <response code="200">The token or session.</response>
    /// <response code="400">The header `X-Subject-Token` is missing.</response>
    /// <response code="403">It belongs to another user.</response>
    /// <response code="404">The service does not know it, or it has ended.</response>
    [Reads(ParameterLocation.Header, Subject)]
    [Reads(ParameterLocation.Query, "nocatalog")]
    private static async Task<Results<TokenResult, Fault>> Show(HttpContext http, SessionStore sessions, TokenLookup tokens, AuthenticationOptions options)
    {
        var (subject, _, fault) = await FindSubjectAsync(http, tokens);
        return subject is null
            ? fault!
            : new TokenResult(
                StatusCodes.Status200OK, Secret(http), subject.Row, subject.Root.Row, "password", EndWithout: sessions.Now() + options.SessionLife);
    }

    /// <summary>Sign out</summary>
    /// <remarks>Ends a session.</remarks>
    /// <response code="204">The session has ended.</response>
    /// <response code="400">The header `X-Subject-Token` is missing.</response>
    /// <response code="403">It belongs to another user, or it is no session but a token: an admin revokes those.</response>
    /// <response code="404">The service does not know it, or it has ended.</response>
    [Reads(ParameterLocation.Header, Subject)]
    private static async Task<Results<NoContent, Fault>> SignOut(HttpContext http, SessionStore sessions, TokenLookup tokens)
    {
        var (subject, asking, fault) = await FindSubjectAsync(http, tokens);
        if (subject is null)
        {
            return fault!;
        }

        if (subject.Row.ParentId is null)
        {
            return new Fault(403, "Forbidden", "Only a session ends here: an admin revokes a token with DELETE /v1/{project_id}/tokens/{token_id}.");
        }

        await sessions.CloseAsync(subject.Row, Actor.Of(asking!.Row, http.TraceIdentifier));
        return TypedResults.NoContent();
    }

    /// <summary>The token that a request is about, its own or another one of the same user, for an admin any; and the one that asks.</summary>
    private static async Task<(KnownToken? Subject, KnownToken? Asking, Fault? Fault)> FindSubjectAsync(HttpContext http, TokenLookup tokens)
    {
        if (RequestToken.Of(http.Request) is not { Length: > 0 } own || await tokens.FindAsync(own) is not { } asking)
        {
            return (null, null, Fault.Unauthorized);
        }

        if (Secret(http) is not { Length: > 0 } secret)
        {
            return (null, asking, Fault.BadRequest($"{Subject}: is required: the token that the request is about."));
        }

        if (await tokens.FindAsync(secret) is not { } subject)
        {
            return (null, asking, Fault.NotFound("This is not a recognized token: it never was one, or it has ended."));
        }

        return asking.Row.Role == Role.Admin || asking.Root.Row.Id == subject.Root.Row.Id
            ? (subject, asking, null)
            : (null, asking, new Fault(403, "Forbidden", "You are not authorized to look at the token of another user."));
    }

    private static string Secret(HttpContext http) => http.Request.Headers[Subject].ToString();
}
