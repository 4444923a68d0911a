using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Auth;

/// <summary>The tokens of a project, for admins.</summary>
public static class TokenEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapTokens(this RouteGroupBuilder project)
    {
        var tokens = project.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapPost("/", Create).Requires(Permission.Administer("tokens:create")).WithName("createToken");
        tokens.MapGet("/", List).Requires(Permission.Administer("tokens:index")).WithName("listTokens");
        tokens.MapDelete("/{token_id}", Revoke).Requires(Permission.Administer("tokens:delete")).WithName("revokeToken");
    }

    /// <summary>Create a token</summary>
    /// <remarks>The secret is in this answer and nowhere else.</remarks>
    /// <response code="200">The token, with its secret.</response>
    private static async Task<OkJson<TokenEnvelope>> Create(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, CreateToken body, TokenStore tokens)
    {
        var secret = TokenSecret.Make();
        TimeSpan? life = body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var token = await tokens.CreateAsync(projectId, new(body.Name!, body.ParsedRole, body.ServerId, life), secret, Actor.Of(http));
        return OkJson.Of(new TokenEnvelope(TokenView.Of(token, lastUsed: null, secret)));
    }

    /// <summary>List tokens</summary>
    /// <remarks>Without their secrets, oldest first.</remarks>
    /// <response code="200">The tokens of the project.</response>
    private static async Task<PartsResult<TokenList>> List(
        [FromRoute(Name = "project_id")] string projectId, TokenStore tokens, CancellationToken cancellation)
    {
        var list = await tokens.ListAsync(projectId, cancellation);
        return new(async (answer, json) =>
        {
            answer.Json.WriteStartObject();
            answer.Json.WriteStartArray("tokens");
            foreach (var token in list)
            {
                json.Write(answer.Json, token);
                if (!await answer.NextAsync())
                {
                    return;
                }
            }

            answer.Json.WriteEndArray();
            answer.Json.WriteEndObject();
        });
    }

    /// <summary>Revoke a token</summary>
    /// <remarks>The next request with it is refused.</remarks>
    /// <response code="204">The token is gone.</response>
    /// <response code="404">The project has no such token.</response>
    private static async Task<Results<NoContent, Fault>> Revoke(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "token_id")] string tokenId, TokenStore tokens) =>
        await tokens.RevokeAsync(projectId, tokenId, Actor.Of(http))
            ? TypedResults.NoContent()
            : Fault.NotFound($"Token with id {tokenId} not found");
}
