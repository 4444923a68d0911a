namespace DeploymentService.Auth.Keystone;

/// <summary>The service's own token at Keystone: got when it is first needed, and again before it ends or when Keystone refuses it.</summary>
public sealed class ServiceToken(KeystoneClient keystone, TimeProvider time) : IDisposable
{
    // Renewed when a tenth of its life is left, by Keystone's clock: a token must not end on its way.
    private const double RenewAtFraction = 0.9;

    private readonly SemaphoreSlim _renewing = new(1);
    private volatile Held? _held;

    /// <summary>The secret of a token that is good as far as is known.</summary>
    /// <param name="refused">A secret that Keystone does not take any more; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="KeystoneUnavailableException">There is none to be had now.</exception>
    public async Task<string> GetAsync(string? refused, CancellationToken cancellation)
    {
        if (Good(refused) is { } secret)
        {
            return secret;
        }

        // One renewal for all who wait.
        await _renewing.WaitAsync(cancellation);
        try
        {
            return Good(refused) ?? await RenewAsync(cancellation);
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _renewing.Dispose();

    private string? Good(string? refused) => _held is { } held && held.RenewalTime > time.GetUtcNow() && held.Secret != refused ? held.Secret : null;

    private async Task<string> RenewAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (secret, token) = await keystone.SignInAsync(cancellation);
        _held = new(secret, now + ((token.ExpiresAt - (token.IssuedAt ?? now)) * RenewAtFraction));
        return secret;
    }

    private sealed record Held(string Secret, DateTimeOffset RenewalTime);
}
