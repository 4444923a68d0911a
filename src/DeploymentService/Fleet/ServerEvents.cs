using DeploymentService.Auth;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>What the log says of servers themselves.</summary>
internal static class ServerEvents
{
    /// <summary>It was removed.</summary>
    public const string Removed = "removed";

    /// <summary>The event of a removal.</summary>
    /// <param name="server">The server.</param>
    /// <param name="after"><see cref="ServerContact.RemovedAfter"/>.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="now">When, UTC.</param>
    public static DeploymentEvent Removal(ServerKey server, long after, Actor actor, DateTime now) =>
        // An id of a server may be longer than the column, so it is in its own alone.
        actor.EventOf(server.ProjectId, EventSubject.Server, id: "", Removed, now) with
        {
            ServerId = server.Id,
            // There is no execution, and this is a number like it.
            Execution = after,
        };

    /// <summary>The number of the last deployment that there was when a server was removed.</summary>
    public static long RemovedAfter(DeploymentEvent removal) => removal.Execution;
}
