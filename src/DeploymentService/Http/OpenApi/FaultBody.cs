namespace DeploymentService.Http.OpenApi;

/// <summary>What went wrong, in the shape that Heat uses.</summary>
// Nothing is made of these types: they describe to the document what a Fault writes.
public sealed record FaultBody
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What the status means in general.</summary>
    public required string Explanation { get; init; }

    /// <summary>What is wrong with this particular request.</summary>
    public required FaultDetail Error { get; init; }
}

/// <summary>What is wrong with a request.</summary>
public sealed record FaultDetail
{
    /// <summary>The kind of fault, for programs.</summary>
    public required string Type { get; init; }

    /// <summary>Always null.</summary>
    public required string? Traceback { get; init; }

    /// <summary>What is wrong and what to do about it, for people. It names everything that is wrong with a request at once.</summary>
    public required string Message { get; init; }
}

/// <summary>What went wrong, in the shape that Keystone uses: every 401, and every fault below `/v3`.</summary>
public sealed record IdentityFaultBody
{
    /// <summary>What is wrong with this request.</summary>
    public required IdentityFaultDetail Error { get; init; }
}

/// <summary>What is wrong with a request, in the shape that Keystone uses.</summary>
public sealed record IdentityFaultDetail
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What is wrong and what to do about it, for people.</summary>
    public required string Message { get; init; }
}
