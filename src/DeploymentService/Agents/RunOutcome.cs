using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>What became of the wish to run a deployment again.</summary>
public enum RunOutcome
{
    /// <summary>Its next execution has begun, with this request or with the first that had the same key.</summary>
    Begun,

    /// <summary>The project has no such deployment.</summary>
    Unknown,

    /// <summary>The key belongs to the run of another deployment.</summary>
    KeyOfAnotherRequest,
}

/// <summary>What became of the wish to run a deployment again.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Deployment">The deployment as it is now; null when none was to be run.</param>
public readonly record struct RunResult(RunOutcome Outcome, SoftwareDeployment? Deployment);
