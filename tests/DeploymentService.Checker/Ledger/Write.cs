namespace DeploymentService.Checker.Ledger;

/// <summary>What a write does, by the name of its event.</summary>
public static class WriteKind
{
    /// <summary>A deployment is made.</summary>
    public const string Create = "created";

    /// <summary>It is changed.</summary>
    public const string Update = "update";

    /// <summary>It is run again.</summary>
    public const string Run = "run";

    /// <summary>It is deleted.</summary>
    public const string Delete = "deleted";
}

/// <summary>
/// What a client wants done once. It is in the history once when it was acknowledged, and once or never when it was not. Only with an <c>Idempotency-Key</c> it is sent
/// several times.
/// </summary>
/// <param name="kind">One of <see cref="WriteKind"/>.</param>
/// <param name="mark">The reason that it gives, by which its event is known; null when it cannot give one.</param>
public sealed class Write(string kind, string? mark)
{
    private readonly List<string> _requestIds = [];

    /// <summary>One of <see cref="WriteKind"/>.</summary>
    public string Kind => kind;

    /// <summary>The reason that it gives.</summary>
    public string? Mark => mark;

    /// <summary>The revision that it was to change, where it said so.</summary>
    public long? Condition { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Sent { get; set; }

    /// <summary>The revision that it made, where the answer says so.</summary>
    public long? Revision { get; private set; }

    /// <summary>True once it was acknowledged.</summary>
    public bool IsAcknowledged => _requestIds.Count > 0;

    /// <summary>True when the service said that it did not do it.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The id that its event must have; null when another try, whose answer was lost, may have made it.</summary>
    public string? RequestId => Sent == 1 && IsAcknowledged ? _requestIds[0] : null;

    /// <summary>Notes an acknowledgement.</summary>
    public void Acknowledge(string requestId, long? revision)
    {
        _requestIds.Add(requestId);
        Revision ??= revision;
    }
}
