namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>access_tokens</c>. The secret itself is nowhere: only its hash is kept.</summary>
public sealed record AccessToken
{
    /// <summary>The project that the token belongs to; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The UUID of the token; second part of the primary key.</summary>
    public required string Id { get; init; }

    /// <summary>The token that a session was signed in with; null for a token that an admin made. A session goes when its token goes.</summary>
    public string? ParentId { get; init; }

    /// <summary>A name for people; it stands in the log beside every request made with the token.</summary>
    public required string Name { get; init; }

    /// <summary>What the token may do.</summary>
    public required Role Role { get; init; }

    /// <summary>The one server of an <see cref="Role.Agent"/>; null for every other role.</summary>
    public string? ServerId { get; init; }

    /// <summary>SHA-256 of the secret, 32 bytes.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>When the token was made, UTC.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>From when on the token is refused, UTC; null for never.</summary>
    public DateTime? ExpiryTime { get; init; }

    /// <summary>When a request last carried the token, UTC, to about a minute; null for never.</summary>
    public DateTime? LastUsedTime { get; init; }
}
