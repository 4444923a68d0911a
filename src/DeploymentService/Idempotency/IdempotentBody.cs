using DeploymentService.Http;

namespace DeploymentService.Idempotency;

/// <summary>A body that creates something, which is done once for a key.</summary>
public abstract record IdempotentBody : JsonRequest
{
    /// <summary>The key and the body; null when the request carries no key.</summary>
    internal IdempotencyKey? Idempotency { get; private set; }

    /// <inheritdoc />
    internal override void BindHeaders(HttpContext http, ReadOnlyMemory<byte> body) => Idempotency = IdempotencyKey.Of(http, body.Span);
}
