using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using DeploymentService.Http;

namespace DeploymentService.Auth.Sessions;

/// <summary>
/// Counts sign-ins that failed, by name and by address. Nobody is locked out by it: a right secret is always good, so that no stranger can keep somebody
/// from his work.
/// </summary>
public sealed class FailedSignIns : IDisposable
{
    // Strangers choose names, so that each is counted with others that fall to the same number: memory is bounded, and a name that exists is counted as one that does not.
    private const int Counts = 4096;

    // Whoever has one address of an IPv6 network usually has all of them.
    private const int NetworkBytes = 8;

    /// <summary>What is answered when there were too many.</summary>
    internal static readonly Fault TooMany = Fault.TooMany(
        "Too many sign-ins with this name or from this address have failed (Limits:FailedSignIns, Limits:FailedSignInsOfAddress): check the name and the secret.",
        TimeSpan.FromMinutes(1));

    private readonly PartitionedRateLimiter<SignInAttempt> _limiter;

    /// <summary>Sets it up.</summary>
    public FailedSignIns(AuthenticationOptions options) => _limiter = PartitionedRateLimiter.CreateChained(
        Limiter(options.FailedSignIns, attempt => attempt.Name is { } name ? string.GetHashCode(name, StringComparison.Ordinal) : null),
        Limiter(options.FailedSignInsOfAddress, attempt => Hash(attempt.Address)));

    /// <summary>Counts one; the fault when there are too many.</summary>
    /// <param name="name">The name that was given; null for none.</param>
    /// <param name="address">Where it came from.</param>
    public Fault? Count(string? name, IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(new(name, address ?? IPAddress.None));
        return lease.IsAcquired
            ? null
            : Fault.TooMany(TooMany.Message, lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null);
    }

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();

    private static PartitionedRateLimiter<SignInAttempt> Limiter(int most, Func<SignInAttempt, int?> hash)
    {
        var window = new FixedWindowRateLimiterOptions { PermitLimit = Math.Max(most, 1), Window = TimeSpan.FromMinutes(1), QueueLimit = 0 };
        return PartitionedRateLimiter.Create<SignInAttempt, int>(attempt => most > 0 && hash(attempt) is { } code
            ? RateLimitPartition.GetFixedWindowLimiter((int)((uint)code % Counts), _ => window)
            : RateLimitPartition.GetNoLimiter(-1));
    }

    private static int Hash(IPAddress address)
    {
        var hash = new HashCode();
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        hash.AddBytes(address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? bytes.AsSpan(..NetworkBytes) : bytes);
        return hash.ToHashCode();
    }

    private readonly record struct SignInAttempt(string? Name, IPAddress Address);
}
