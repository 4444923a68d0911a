using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DeploymentService.Auth;

/// <summary>The secret half of a token: how it is made and what is kept of it.</summary>
public static class TokenSecret
{
    /// <summary>A new secret: 256 bits, with a prefix by which scanners of leaked secrets know it.</summary>
    public static string Make() => "dst_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 of a secret. A secret of 256 random bits needs no slow hash: there is nothing to guess.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
