namespace DeploymentService.Http.Idempotency;

/// <summary>A body that creates something, which is done once for a key.</summary>
public abstract record OnceOnlyRequest : JsonRequest
{
    /// <summary>The key and the body; null when the request carries no key.</summary>
    internal IdempotentRequest? Idempotency { get; set; }
}
