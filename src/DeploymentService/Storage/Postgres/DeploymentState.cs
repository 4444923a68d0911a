using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Postgres;

/// <summary>A deployment while a batch decides what becomes of it.</summary>
internal sealed class DeploymentState
{
    /// <summary>As it is in the database; null when it is not there.</summary>
    public SoftwareDeployment? Stored { get; set; }

    /// <summary>As the changes so far have left it; null when it is not there, or not any more.</summary>
    public SoftwareDeployment? Row { get; set; }

    /// <summary>What its execution runs, where that is something else.</summary>
    public ExecutionSnapshot? Snapshot { get; set; }

    /// <summary>The generation of its server's URL.</summary>
    public long UrlGeneration { get; init; } = AgentUrl.FirstGeneration;

    /// <summary>True when the row has to be saved.</summary>
    public bool IsChanged { get; set; }

    /// <summary>True when the snapshot has to be saved.</summary>
    public bool IsSnapshotChanged { get; set; }
}
