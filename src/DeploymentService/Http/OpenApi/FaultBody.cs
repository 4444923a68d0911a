namespace DeploymentService.Http.OpenApi;

/// <summary>What went wrong, as Heat says it.</summary>
// Nothing is made of these types: they describe to the document what a Fault writes.
public sealed record FaultBody
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What the status means.</summary>
    public required string Explanation { get; init; }

    /// <summary>What is wrong with this very request.</summary>
    public required FaultDetail Error { get; init; }
}

/// <summary>How a wait ended that did not end well: Heat's error, and how the deployments stand.</summary>
public sealed record WaitFaultBody
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What the status means.</summary>
    public required string Explanation { get; init; }

    /// <summary>How the deployments stand, in a sentence.</summary>
    public required FaultDetail Error { get; init; }

    /// <summary>How many there are of each status.</summary>
    public required Fleet.StatusCountsView Counts { get; init; }

    /// <summary>The first ten that failed, in the order in which they did.</summary>
    public required IReadOnlyList<Waiting.FailureView> Failures { get; init; }

    /// <summary>The first ten that are still in progress, those whose server is silent for longest first.</summary>
    public required IReadOnlyList<Waiting.LeftView> Left { get; init; }
}

/// <summary>What is wrong with a request.</summary>
public sealed record FaultDetail
{
    /// <summary>The kind of fault, for programs.</summary>
    public required string Type { get; init; }

    /// <summary>Always null.</summary>
    public required string? Traceback { get; init; }

    /// <summary>What is wrong and what to do, for people. Everything that is wrong with a body stands here at once.</summary>
    public required string Message { get; init; }
}

/// <summary>The body of a 401, as Keystone's middleware has it.</summary>
public sealed record UnauthorizedBody
{
    /// <summary>What is missing.</summary>
    public required UnauthorizedDetail Error { get; init; }
}

/// <summary>What a 401 says.</summary>
public sealed record UnauthorizedDetail
{
    /// <summary>401.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What to do.</summary>
    public required string Message { get; init; }
}
