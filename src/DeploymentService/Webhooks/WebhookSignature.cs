using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>Signs as the specification Standard Webhooks says: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int KeyBytes = 32;

    /// <summary>A new key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>A key as people get it.</summary>
    public static string Text(byte[] key) => Prefix + Convert.ToBase64String(key);

    /// <summary>The key that people have as a text.</summary>
    public static byte[] Key(string text) => Convert.FromBase64String(text[Prefix.Length..]);

    /// <summary>The value of the header. While the key before signs, too, its signature is the first: some receivers look at no other, and may have the old key still.</summary>
    public static string Of(Webhook webhook, string id, long timestamp, ReadOnlySpan<byte> body, DateTime now)
    {
        var signature = Of(webhook.Secret, id, timestamp, body);
        return webhook is { PreviousSecret: { } previous, PreviousUntil: { } until } && now < until ? $"{Of(previous, id, timestamp, body)} {signature}" : signature;
    }

    /// <summary>The signature by one key.</summary>
    public static string Of(byte[] key, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
