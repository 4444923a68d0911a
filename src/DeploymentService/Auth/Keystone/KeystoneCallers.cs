using DeploymentService.Hosting;
using DeploymentService.Http;

namespace DeploymentService.Auth.Keystone;

/// <summary>Finds the caller that a Keystone token stands for: from the cache, or by asking.</summary>
public sealed partial class KeystoneCallers(
    KeystoneClient keystone, ServiceToken own, KeystoneOptions options, TimeProvider time, ILogger<KeystoneCallers> logger)
    : IRecognition
{
    // A token of Keystone has 180 to 300 characters, a signed one about 1,000. What is longer, or no visible ASCII, is none, and the web
    // servers before Keystone cut a request off that they find too long, which would look like an outage.
    private const int LongestToken = 2048;

    private const int MostAnswers = 10_000;

    // A token that is not known now may be known in a moment, when Keystone's own copies have heard of it.
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(5);

    private readonly TokenValidationCache _cache = new(MostAnswers, time);

    /// <summary>How often it was asked, by its answer.</summary>
    internal Tally<KeystoneAnswer> Answers { get; } = new();

    /// <summary>The caller; null when Keystone does not know the token, or its time is over.</summary>
    /// <exception cref="FaultException">503: Keystone cannot be asked now.</exception>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (secret.Length > LongestToken || secret.Any(character => character is <= ' ' or > '~'))
        {
            return null;
        }

        try
        {
            return await _cache.GetAsync(TokenSecret.Hash(secret), () => AskAsync(secret), cancellation);
        }
        catch (KeystoneUnavailableException)
        {
            throw new FaultException(Fault.Unavailable("Keystone does not answer, so the token cannot be checked: try again in a moment.") with { RetryAfter = KeystoneSetup.PauseSeconds });
        }
    }

    /// <inheritdoc />
    public async Task<Caller?> FindAsync(string secret, bool anew, CancellationToken cancellation)
    {
        if (anew)
        {
            try
            {
                var answer = await AskAsync(secret);
                _cache.Put(TokenSecret.Hash(secret), answer);
                return answer.Caller;
            }
            catch (KeystoneUnavailableException)
            {
                // The last answer counts as long as it does for a new request: a short outage ends nobody's wait.
            }
        }

        return await FindAsync(secret, cancellation);
    }

    private async Task<CachedAnswer> AskAsync(string secret)
    {
        // An answer is no younger than its question.
        var now = time.GetUtcNow().UtcDateTime;
        // One limit for all that the answer takes: the service's own sign-in, the question, and their repetitions.
        using var limit = new CancellationTokenSource(options.Timeout);
        try
        {
            var token = await ValidateAsync(secret, limit.Token);
            Answers.Add(token is null ? KeystoneAnswer.Unknown : KeystoneAnswer.Valid);
            if (token is null || token.ExpiresAt.UtcDateTime <= now)
            {
                return new(null, now + Min(options.CacheLife, LongestRefusal));
            }

            return new(token.ToCaller(options.Roles), now + Min(options.CacheLife, token.ExpiresAt.UtcDateTime - now));
        }
        catch (Exception exception) when (exception is KeystoneUnavailableException or OperationCanceledException)
        {
            Answers.Add(KeystoneAnswer.Unavailable);
            Log.NotAsked(logger, exception is KeystoneUnavailableException ? exception.Message : "it does not answer in time");
            throw exception as KeystoneUnavailableException ?? new KeystoneUnavailableException("it does not answer in time", exception);
        }
    }

    private async Task<KeystoneToken?> ValidateAsync(string secret, CancellationToken cancellation)
    {
        var ownSecret = await own.GetAsync(refused: null, cancellation);
        var (token, isRefused) = await keystone.ValidateAsync(secret, ownSecret, cancellation);
        if (!isRefused)
        {
            return token;
        }

        // Revoked, or Keystone has new keys: once more with a new one.
        ownSecret = await own.GetAsync(ownSecret, cancellation);
        (token, isRefused) = await keystone.ValidateAsync(secret, ownSecret, cancellation);
        return isRefused ? throw new KeystoneUnavailableException("it refuses the service's own token, which it has just given") : token;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Keystone could not be asked about a token: {Reason}")]
        public static partial void NotAsked(ILogger logger, string reason);
    }
}
