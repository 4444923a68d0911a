using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DeploymentService.Agents;

/// <summary>
/// Paths that prove that the service made them: the last segment is an HMAC-SHA256 over all that stands before it, so an altered path is
/// none, and a path for one purpose is good for no other. The same path and key give the same signature, always.
/// </summary>
public sealed class SignedPath(SigningKeys keys)
{
    // Nothing else that the key may ever sign begins like this.
    private const string Frame = "deployment-service path 1\n";

    /// <summary>The path with its signature behind it.</summary>
    /// <param name="path">Segments that begin with the purpose; none of them can have a slash of its own, so that only one list of segments has this text.</param>
    public string Sign(string path) => $"{path}/{Signature(keys.Current, path)}";

    /// <summary>True when the service signed exactly this path, with a key that it still accepts. On a shared database that may be one that another process has just made.</summary>
    /// <exception cref="Storage.DatabaseUnavailableException">Nobody can say now.</exception>
    public ValueTask<bool> VerifyAsync(string signedPath) => IsGenuine(signedPath) ? new(true) : VerifyAnewAsync(signedPath);

    private async ValueTask<bool> VerifyAnewAsync(string signedPath) => await keys.LookAsync() && IsGenuine(signedPath);

    private bool IsGenuine(string signedPath)
    {
        var slash = signedPath.LastIndexOf('/');
        var path = signedPath[..slash];
        // As text: several texts of base64 can mean the same bytes, and only one of them is ours.
        var signature = Encoding.UTF8.GetBytes(signedPath[(slash + 1)..]);
        var isGenuine = false;
        foreach (var key in keys.Accepted())
        {
            isGenuine |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Signature(key, path)), signature);
        }

        return isGenuine;
    }

    private static string Signature(byte[] key, string path) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Frame + path)));
}
