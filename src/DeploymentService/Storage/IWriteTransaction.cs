using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>
/// What a <see cref="Change"/> may ask and do inside the transaction: rows in, rows out, and no statement of any engine. Every row is as the changes before it in
/// the same batch left it. An engine that is far away loads what all changes of a batch <see cref="Change.Require"/> at once, and saves what they decided at
/// once; so both engines refuse to answer for a row that was not required.
/// </summary>
public interface IWriteTransaction
{
    /// <summary>The time of the batch, UTC, in whole milliseconds, as it is read from the database later. It is never before that of an earlier batch, unless the clock was set back by more than a minute.</summary>
    DateTime Now { get; }

    /// <summary>A deployment that was required; null when the project has none with that id.</summary>
    SoftwareDeployment? Deployment(string projectId, string id);

    /// <summary>What decisions need to know of a config that was required, or that a required deployment or its snapshot has; null when the project has none with that id.</summary>
    ConfigFacts? Config(string projectId, string id);

    /// <summary>What the present execution of a required deployment runs, where the deployment itself says something else by now; null where it does not.</summary>
    ExecutionSnapshot? Snapshot(SoftwareDeployment deployment);

    /// <summary>The generation of the agent URL of a required deployment's server.</summary>
    long UrlGeneration(SoftwareDeployment deployment);

    /// <summary>What the first request with a required key came to; null when there was none.</summary>
    IdempotencyRecord? Outcome(string projectId, string operation, string key);

    /// <summary>Adds a deployment, behind all others.</summary>
    /// <param name="row">The row; its <see cref="SoftwareDeployment.Sequence"/> does not count.</param>
    /// <returns>The row with its number, which neither a deployment nor a history had before.</returns>
    SoftwareDeployment Add(SoftwareDeployment row);

    /// <summary>Saves what became of a deployment.</summary>
    /// <param name="before">The row as <see cref="Deployment"/> gave it.</param>
    /// <param name="after">The row as it is now; number, id, project, server and creation are those of <paramref name="before"/>.</param>
    /// <exception cref="InvalidOperationException">The row is no longer as it was given: a fault of ours, which undoes the change.</exception>
    void Save(SoftwareDeployment before, SoftwareDeployment after);

    /// <summary>Deletes a deployment as <see cref="Deployment"/> gave it, with its snapshot and its runs.</summary>
    void Delete(SoftwareDeployment row);

    /// <summary>Adds a config, behind all others; the row with its number.</summary>
    SoftwareConfig Add(SoftwareConfig row);

    /// <summary>Keeps what the present execution of a deployment runs, before the deployment says something else. There must be no other.</summary>
    void Add(ExecutionSnapshot row);

    /// <summary>Lets the execution of a deployment run what the deployment says.</summary>
    void Delete(ExecutionSnapshot row);

    /// <summary>Keeps what became of an execution, which is followed by the next now.</summary>
    void Add(DeploymentRun row);

    /// <summary>Deletes the kept runs of a deployment but the latest.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="most">How many stay, at most. Their numbers may have gaps.</param>
    void DeleteRuns(SoftwareDeployment deployment, int most);

    /// <summary>Keeps what a request came to.</summary>
    void Add(IdempotencyRecord row);

    /// <summary>Appends to the log.</summary>
    /// <param name="row">The event; its <see cref="DeploymentEvent.Sequence"/> does not count.</param>
    /// <returns>The event with its number: one more than the last event's, without a gap.</returns>
    DeploymentEvent Append(DeploymentEvent row);

    /// <summary>Runs a statement for one after the other; for rows that nothing else in the transaction has asked for.</summary>
    /// <returns>How many rows were changed.</returns>
    int Execute<T>(Statement<T> statement, IReadOnlyList<T> items);

    /// <summary>EF Core on this transaction, for what is not asked or changed with every request. What it changes is saved at once.</summary>
    /// <exception cref="InvalidOperationException">The change does not say that it is <see cref="Change.UsesModel"/>.</exception>
    DeploymentDbContext Model { get; }
}
