using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>A token or a session as it is in memory, and whom it stands for.</summary>
public sealed class KnownToken
{
    private long _lastUsedTicks;
    private volatile bool _isRevoked;
    private HashSet<KnownToken>? _sessions;

    internal KnownToken(AccessToken row, KnownToken? root = null)
    {
        Row = row;
        Root = root ?? this;
        Caller = new(row.Name, row.Role, row.ProjectId, row.ServerId, row.ExpiryTime) { Id = Root.Row.Id };
    }

    /// <summary>What is kept of it.</summary>
    public AccessToken Row { get; }

    /// <summary>The token that a session was signed in with; a token itself.</summary>
    public KnownToken Root { get; }

    /// <summary>Whom it stands for.</summary>
    public Caller Caller { get; }

    /// <summary>The sessions of a token. Touched under the registry's lock alone.</summary>
    internal HashSet<KnownToken> Sessions => _sessions ??= [];

    // Written by any request; to the millisecond is more than enough, so no request waits for another.
    internal long LastUsedTicks
    {
        get => Volatile.Read(ref _lastUsedTicks);
        set => Volatile.Write(ref _lastUsedTicks, value);
    }

    // Touched by the one that stores uses.
    internal long StoredTicks { get; set; }

    /// <summary>From now on neither the token nor a session of it is good.</summary>
    internal void Revoke() => _isRevoked = true;

    internal bool IsLive(DateTime now) => !_isRevoked && !Root._isRevoked && !(Caller.ExpiryTime <= now);
}
