namespace DeploymentService.Agents;

/// <summary>The secret URL under which a server's agent finds what it has to run.</summary>
public sealed record AgentUrlView
{
    /// <summary>The server.</summary>
    public required string ServerId { get; init; }

    /// <summary>
    /// The URL. Whoever has it can read what the server has to run, and report for it. With `/agent.sh` behind it, it is a script that does both with sh and curl.
    /// </summary>
    public required string Url { get; init; }

    /// <summary>When it expires; null for never.</summary>
    public required DateTime? ExpiryTime { get; init; }

    /// <summary>The file <c>/etc/os-collect-config.conf</c> for the server, ready to be used.</summary>
    public required string Config { get; init; }

    /// <summary>What the wire shows of a URL.</summary>
    internal static AgentUrlView Of(AgentUrlClaims address, string url) => new()
    {
        ServerId = address.ServerId,
        Url = url,
        ExpiryTime = address.ExpiryTime,
        Config = $"""
            [DEFAULT]
            collectors = request
            command = os-refresh-config

            [request]
            metadata_url = {url}

            """.ReplaceLineEndings("\n"),
    };
}

/// <summary>The answer with an agent URL.</summary>
/// <param name="AgentUrl">The URL.</param>
public sealed record AgentUrlEnvelope(AgentUrlView AgentUrl);
