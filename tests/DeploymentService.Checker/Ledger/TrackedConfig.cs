namespace DeploymentService.Checker.Ledger;

/// <summary>A config that clients wanted.</summary>
/// <param name="name">Its name, which no other has.</param>
/// <param name="isKeyed">True when it was asked for with an <c>Idempotency-Key</c>.</param>
public sealed class TrackedConfig(string name, bool isKeyed)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>True when it was asked for with an <c>Idempotency-Key</c>, so that there is one at most.</summary>
    public bool IsKeyed => isKeyed;

    /// <summary>Its id, once it is known.</summary>
    public string? Id { get; set; }

    /// <summary>True once somebody wants it deleted.</summary>
    public bool IsDoomed { get; set; }

    /// <summary>True once its deletion was acknowledged.</summary>
    public bool IsGone { get; set; }
}
