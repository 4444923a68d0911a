using System.Globalization;

namespace DeploymentService.Http;

/// <summary>How long a request waits for something to happen.</summary>
/// <param name="Seconds">0 to <see cref="Longest"/>.</param>
public sealed record WaitTime(int Seconds)
{
    /// <summary>The parameter.</summary>
    public const string Parameter = "wait";

    /// <summary>The most seconds; who asks for more waits that long. Proxies end requests that are silent for longer.</summary>
    public const int Longest = 300;

    // Those that began together do not all come back in the same instant.
    private const double Jitter = 0.03;

    /// <summary>Reads the parameter; null when there is none.</summary>
    public static WaitTime? Read(QueryFields query)
    {
        if (query.Text(Parameter) is not { } text)
        {
            return null;
        }

        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            query.AddError(Parameter, "must be a whole number of seconds");
        }

        return new((int)Math.Min(seconds, Longest));
    }

    /// <summary>The same for a request that waits: HEAD is answered at once.</summary>
    public WaitTime For(HttpContext http) => HeadRequests.IsHead(http) ? new(0) : this;

    /// <summary>The time with its jitter: never less than was asked for, and 3 % more at most.</summary>
    public TimeSpan Span => TimeSpan.FromSeconds(Seconds * (1 + (Random.Shared.NextDouble() * Jitter)));
}
