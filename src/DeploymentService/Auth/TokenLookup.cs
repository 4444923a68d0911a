using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>
/// Finds what a secret belongs to: in memory, while that counts (<see cref="MemoryLease"/>), and otherwise in the table. On a database of this process alone everything is
/// in memory. On a shared one a secret that is not may have been made elsewhere a moment ago, so the table is asked once.
/// </summary>
public sealed class TokenLookup(TokenRegistry registry, MemoryLease lease, IDatabaseReader reader, TimeProvider time) : IRecognition, IDisposable
{
    /// <summary>How long a secret that belongs to nothing is not asked for again: nobody can have guessed it before it was made.</summary>
    public static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(1);

    // Those who guess never keep more connections to the database busy.
    private const int UnknownAtOnce = 4;

    // The last one that fell to a place is remembered: whatever strangers send, memory is bounded.
    private const int Places = 4096;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Unknown?[] _unknown = new Unknown?[Places];
    private readonly SemaphoreSlim _asking = new(UnknownAtOnce);

    /// <summary>The token or session that a secret belongs to; null when it belongs to none, or no longer.</summary>
    /// <exception cref="DatabaseUnavailableException">Nobody can say now.</exception>
    /// <exception cref="FaultException">503: too many unknown ones are asked for.</exception>
    public ValueTask<KnownToken?> FindAsync(string secret)
    {
        var hash = TokenSecret.Hash(secret);
        var known = registry.Find(hash);
        if (lease.Covers(registry.Position) && (known is not null || !(lease.IsShared || registry.IsPartial)))
        {
            return new(known);
        }

        return new(known is null ? AskForUnknownAsync(hash) : AskAsync(hash));
    }

    /// <inheritdoc />
    public async Task<Caller?> FindAsync(string secret, bool anew, CancellationToken cancellation) => (await FindAsync(secret))?.Caller;

    /// <inheritdoc />
    public void Dispose() => _asking.Dispose();

    private async Task<KnownToken?> AskForUnknownAsync(byte[] hash)
    {
        if (IsKnownToBeUnknown(hash))
        {
            return null;
        }

        if (!await _asking.WaitAsync(LongestWait))
        {
            throw new FaultException(Fault.Unavailable("The token cannot be checked now: try again in a moment."));
        }

        try
        {
            // Somebody may just have asked the same.
            return (lease.Covers(registry.Position) ? registry.Find(hash) : null) ?? (IsKnownToBeUnknown(hash) ? null : await AskAsync(hash));
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<KnownToken?> AskAsync(byte[] hash)
    {
        var (version, asked) = (registry.Version, time.GetTimestamp());
        if (await reader.FirstAsync(TokenQueries.OfSecret, (hash, "")) is { } row)
        {
            var root = row.ParentId is { } id ? await RootAsync(row, id) : null;
            // A session without a token has gone with it between the two looks.
            return row.ParentId is null || root is not null ? registry.Learn(version, row, root) : null;
        }

        _unknown[PlaceOf(hash)] = new(hash, version, asked);
        return null;
    }

    private async ValueTask<AccessToken?> RootAsync(AccessToken session, string id) =>
        registry.FindRow(id)
        ?? await reader.FirstAsync(TokenQueries.One, (session.ProjectId, id))
        // Only an admin opens sessions for other projects than that of the token.
        ?? (session.Role == Role.Admin ? await reader.FirstAsync(TokenQueries.OfAnyProject, id) : null);

    private bool IsKnownToBeUnknown(byte[] hash) =>
        _unknown[PlaceOf(hash)] is { } last && last.Version == registry.Version && time.GetElapsedTime(last.Asked) < UnknownFor && last.Hash.AsSpan().SequenceEqual(hash);

    private static int PlaceOf(byte[] hash) => BitConverter.ToUInt16(hash, 0) % Places;

    /// <summary>A secret that belonged to nothing when it was asked for.</summary>
    private sealed record Unknown(byte[] Hash, long Version, long Asked);
}
