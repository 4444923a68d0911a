using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>What became of a creation.</summary>
public enum CreationOutcome
{
    /// <summary>It is there, since now or since the first request with the key.</summary>
    Created,

    /// <summary>The config was deleted between the check of the body and the write.</summary>
    ConfigIsGone,

    /// <summary>The key belongs to a request with another body.</summary>
    KeyOfAnotherBody,
}

/// <summary>What became of a creation.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Deployment">The deployment as it was created; null when it was not.</param>
public readonly record struct DeploymentCreation(CreationOutcome Outcome, SoftwareDeployment? Deployment);

/// <summary>What became of an update or a deletion.</summary>
public enum UpdateOutcome
{
    /// <summary>It is updated.</summary>
    Updated,

    /// <summary>It is deleted.</summary>
    Deleted,

    /// <summary>The project has no such deployment.</summary>
    Unknown,

    /// <summary>It is a deployment of another server than the caller's.</summary>
    OtherServer,

    /// <summary>The new config was deleted between the check of the body and the write.</summary>
    ConfigIsGone,

    /// <summary>The deployment is no longer in the state that the caller has seen.</summary>
    PreconditionFailed,
}

/// <summary>What became of an update.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Updated">The row afterwards; null when nothing was updated.</param>
public readonly record struct DeploymentUpdate(UpdateOutcome Outcome, SoftwareDeployment? Updated);

/// <summary>Which deployment.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Id">The UUID.</param>
public readonly record struct DeploymentKey(string ProjectId, string Id);

/// <summary>Under which conditions a row may be changed, checked in the transaction itself.</summary>
/// <param name="OnlyServer">The one server whose deployments the caller may change; null for all.</param>
/// <param name="IfMatch">The states that the caller has seen, from the header; null for whichever there is.</param>
public readonly record struct UpdatePrecondition(string? OnlyServer, ETagCondition? IfMatch)
{
    /// <summary>True when the caller has seen this state, or does not mind.</summary>
    public bool Allows(long revision) => IfMatch?.Matches(revision) ?? true;
}
