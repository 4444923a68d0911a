using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using FluentValidation;

namespace DeploymentService.Agents;

/// <summary>The body of <c>POST /v1/{project_id}/servers/{server_id}/agent_url</c>. It may be absent.</summary>
[Body(IsOptional = true)]
public sealed record CreateAgentUrl : JsonRequest
{
    /// <summary>Whether all earlier URLs of the server stop working at once.</summary>
    public bool? Rotate { get; init; }

    /// <summary>Seconds until the URL expires, at least 1; absent for never.</summary>
    public long? ExpiresIn { get; init; }

    /// <summary>The server, of the path; 1 to 255 printable characters.</summary>
    internal string ServerId { get; init; } = "";

    /// <summary>Reads the body.</summary>
    public static async ValueTask<CreateAgentUrl?> BindAsync(HttpContext http)
    {
        JsonBody.RequireJson(http);
        var fields = await JsonBody.ReadOptionalAsync(http);
        return new CreateAgentUrl
        {
            Rotate = fields.Flag("rotate"),
            ExpiresIn = fields.Integer("expires_in"),
            // It may have any character, a slash too, so it is read where the client wrote it.
            ServerId = RawPath.Segment(http, fromEnd: 2),
            BindingErrors = fields.Faults,
        };
    }
}

/// <summary>The rules of <see cref="CreateAgentUrl"/>.</summary>
public sealed class CreateAgentUrlValidator : JsonRequestValidator<CreateAgentUrl>
{
    /// <summary>Sets the rules up.</summary>
    public CreateAgentUrlValidator()
    {
        RuleFor(url => url.ServerId).AtMost(255).Printable();
        RuleFor(url => url.ExpiresIn).InclusiveBetween(1, CreateTokenValidator.LongestLife)
            .WithMessage($"must be from 1 to {CreateTokenValidator.LongestLife} seconds");
    }
}
