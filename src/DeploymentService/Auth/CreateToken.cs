using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using FluentValidation;

namespace DeploymentService.Auth;

/// <summary>The body of <c>POST /v1/{project_id}/tokens</c>.</summary>
public sealed record CreateToken : JsonRequest
{
    /// <summary>A name for people; it stands in the log beside every request made with the token. 1 to 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What the token may do: <c>reader</c>, <c>member</c>, <c>admin</c> or <c>agent</c>.</summary>
    [OneOf(typeof(TokenRoles), All = nameof(TokenRoles.Words))]
    public string? Role { get; init; }

    /// <summary>The server of an agent; required for that role and refused for every other.</summary>
    public string? ServerId { get; init; }

    /// <summary>Seconds until the token expires, at least 1; absent for never.</summary>
    public long? ExpiresIn { get; init; }

    /// <summary>The role, once the validator has passed it.</summary>
    internal Role ParsedRole => Enum.Parse<Role>(Role!, ignoreCase: true);

    /// <summary>Reads the body.</summary>
    public static ValueTask<CreateToken?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, fields => new CreateToken
    {
        Name = fields.Text("name"),
        Role = fields.Text("role"),
        ServerId = fields.Text("server_id"),
        ExpiresIn = fields.Integer("expires_in"),
        BindingErrors = fields.Faults,
    });
}

/// <summary>The rules of <see cref="CreateToken"/>.</summary>
public sealed class CreateTokenValidator : JsonRequestValidator<CreateToken>
{
    /// <summary>The most seconds that a token may live: a hundred years.</summary>
    public const long LongestLife = 100L * 365 * 24 * 3600;


    /// <summary>Sets the rules up.</summary>
    public CreateTokenValidator()
    {
        RuleFor(token => token.Name).Required("a name for the token, such as ci")
            .AtMost(255).Printable().Unless(token => token.HasBindingError("name"));
        RuleFor(token => token.Role).Must(role => TokenRoles.Words.Contains(role)).WithMessage("must be reader, member, admin or agent").Unless(token => token.HasBindingError("role"));
        RuleFor(token => token.ServerId).Required("the server that an agent runs on")
            .When(token => token.Role == "agent" && !token.HasBindingError("server_id"));
        RuleFor(token => token.ServerId).Null().WithMessage("belongs to the role agent only: leave it out").When(token => token.Role != "agent");
        RuleFor(token => token.ServerId).AtMost(255).Printable();
        RuleFor(token => token.ExpiresIn).InclusiveBetween(1, LongestLife).WithMessage($"must be from 1 to {LongestLife} seconds");
    }
}
