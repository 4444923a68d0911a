using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>Finds the events of one deployment in the log. How, is the engine's: an index of the table is cheap for one and dear for another.</summary>
public interface IEventHistory
{
    /// <summary>Ends when the events from before the start can be found.</summary>
    Task Loaded { get; }

    /// <summary>The events of a deployment behind one, oldest first: all that were committed before this was asked.</summary>
    /// <param name="deploymentNumber">The deployment's <see cref="SoftwareDeployment.Sequence"/>.</param>
    /// <param name="after">The sequence behind which they are.</param>
    /// <param name="most">At most so many.</param>
    ValueTask<List<DeploymentEvent>> AfterAsync(long deploymentNumber, long after, int most);

    /// <summary>The latest events of a deployment, latest first.</summary>
    /// <param name="deploymentNumber">The deployment's <see cref="SoftwareDeployment.Sequence"/>.</param>
    /// <param name="most">At most so many.</param>
    ValueTask<List<DeploymentEvent>> LatestAsync(long deploymentNumber, int most);

    /// <summary>Removes what is kept to find events that are all purged.</summary>
    /// <exception cref="WriterBusyException">Not all was removed; trying again may help.</exception>
    Task RemovePurgedAsync(CancellationToken cancellation);
}
