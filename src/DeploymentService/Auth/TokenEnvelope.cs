using System.Text.Json.Serialization;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>A token.</summary>
public sealed record TokenView
{
    /// <summary>The UUID of the token.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The server of an agent; null for every other role.</summary>
    public required string? ServerId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>When it expires; null for never.</summary>
    public required DateTime? ExpiryTime { get; init; }

    /// <summary>When a request last carried it; null for never.</summary>
    public required DateTime? LastUsedTime { get; init; }

    /// <summary>The secret, to be sent in <c>X-Auth-Token</c>: in the answer to the creation, and nowhere else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>What the wire shows of a token.</summary>
    public static TokenView Of(AccessToken token, DateTime? lastUsed, string? secret = null) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Role = token.Role,
        ProjectId = token.ProjectId,
        ServerId = token.ServerId,
        CreationTime = token.CreationTime,
        ExpiryTime = token.ExpiryTime,
        LastUsedTime = lastUsed,
        Secret = secret,
    };
}

/// <summary>The answer with one token.</summary>
/// <param name="Token">The token.</param>
public sealed record TokenEnvelope(TokenView Token);

/// <summary>The answer with the tokens of a project.</summary>
/// <param name="Tokens">The tokens, oldest first, without their secrets.</param>
public sealed record TokenList(IReadOnlyList<TokenView> Tokens);
