using DeploymentService.Http;
using DeploymentService.Storage;

namespace DeploymentService.Host;

/// <summary>What the database cannot do now is 503: the request's own event has the status, and the database's log says why.</summary>
public sealed class DatabaseExceptionFaults(IDatabaseFaults database) : IExceptionFaults
{
    /// <inheritdoc />
    public Fault? Of(Exception exception) => database.Unavailable(exception) is { } unavailable ? Fault.Unavailable(unavailable.Message) : null;
}
