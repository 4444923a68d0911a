namespace DeploymentService.Checker.Service;

/// <summary>A request to be sent.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the project, with its query.</param>
public sealed record ServiceRequest(HttpMethod Method, string Path)
{
    /// <summary>
    /// The body, as JSON. Every write has one: the framework's client sends a request without one again by itself when a connection ends before the answer, and then it is
    /// done twice.
    /// </summary>
    public string? Body { get; init; } = Method == HttpMethod.Get ? null : "{}";

    /// <summary><c>If-Match</c>: the revision that is to be changed.</summary>
    public long? IfMatch { get; init; }

    /// <summary><c>If-None-Match</c>: the revision that is known.</summary>
    public long? IfNoneMatch { get; init; }

    /// <summary><c>Idempotency-Key</c>.</summary>
    public string? Key { get; init; }

    /// <summary>The answers 3xx and 4xx that may be.</summary>
    public int[] MayBe { get; init; } = [];

    /// <summary>True when the answer is held back on purpose.</summary>
    public bool IsHeld { get; init; }

    /// <summary>True when it changes something.</summary>
    public bool IsWrite => Method != HttpMethod.Get;

    /// <inheritdoc />
    public override string ToString() =>
        $"{Method} {Path}{(IfMatch is null ? "" : $" If-Match {IfMatch}")}{(Key is null ? "" : $" Idempotency-Key {Key}")} {(Body is "{}" ? "" : Body)}";
}
