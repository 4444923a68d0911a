using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>What became of a signal.</summary>
public enum SignalOutcome
{
    /// <summary>The deployment is complete or failed now.</summary>
    Applied,

    /// <summary>Nothing changed: the deployment was not in progress any more.</summary>
    NotInProgress,

    /// <summary>Another execution has begun since: the deployment did not change, and the run that it was about has the report.</summary>
    OfEarlierRun,

    /// <summary>Nothing changed: another execution has begun since, and the run that it was about has ended or is not kept.</summary>
    OlderExecution,

    /// <summary>There is no such deployment.</summary>
    Unknown,

    /// <summary>Nothing changed: the server's agent URL was rotated after this signal URL had been handed out.</summary>
    Rotated,
}

/// <summary>What became of a signal, and of its deployment.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Deployment">The deployment as it is now; null when there is none.</param>
public readonly record struct SignalResult(SignalOutcome Outcome, SoftwareDeployment? Deployment);
