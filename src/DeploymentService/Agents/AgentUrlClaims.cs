using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace DeploymentService.Agents;

/// <summary>What the secret URL of a server's agent says.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="ServerId">The server.</param>
/// <param name="Generation">Counts the rotations of the server's URL; only the highest is good.</param>
/// <param name="ExpirySeconds">From when on it is refused, in seconds since 1970; 0 for never.</param>
public sealed record AgentUrlClaims(string ProjectId, string ServerId, long Generation, long ExpirySeconds)
{
    /// <summary>The route; its parameters are those of <see cref="Read"/>.</summary>
    public const string Route = "/agent/{project_id:project}/{server}/{validity}/{signature}";

    /// <summary>When it expires, UTC; null for never.</summary>
    public DateTime? ExpiryTime => ExpirySeconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(ExpirySeconds).UtcDateTime;

    /// <summary>The path without its signature. The server's id may have any character, so it is encoded.</summary>
    public string Path => string.Create(
        CultureInfo.InvariantCulture, $"/agent/{ProjectId}/{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(ServerId))}/{Generation}-{ExpirySeconds}");

    /// <summary>The address of a request whose path is genuine.</summary>
    public static AgentUrlClaims Read(RouteValueDictionary route)
    {
        var server = Encoding.UTF8.GetString(Base64Url.DecodeFromChars((string)route["server"]!));
        var validity = ((string)route["validity"]!).Split('-');
        return new(
            (string)route["project_id"]!,
            server,
            long.Parse(validity[0], CultureInfo.InvariantCulture),
            long.Parse(validity[1], CultureInfo.InvariantCulture));
    }
}
