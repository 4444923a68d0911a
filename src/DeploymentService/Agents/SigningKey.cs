using System.Security.Cryptography;

namespace DeploymentService.Agents;

/// <summary>A secret that addresses are signed with.</summary>
/// <param name="Secret">The key of the HMAC.</param>
/// <param name="Until">From when on it is not accepted any more, UTC; null for never.</param>
public sealed record SigningKey(byte[] Secret, DateTime? Until = null)
{
    /// <summary>A new one: 256 random bits.</summary>
    public static SigningKey Make() => new(RandomNumberGenerator.GetBytes(32));
}
