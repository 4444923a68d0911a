using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>
/// Bounds how many searches and sorts in memory are made at once, in all projects together, as all work that takes long (<see cref="WorkTurns"/>). Small projects go by: theirs are done before
/// anybody notices.
/// </summary>
public sealed class SearchLimit(WorkTurns turns)
{
    /// <summary>Up to how many deployments or servers a search is small: less than a millisecond.</summary>
    public const int Small = 5_000;

    /// <summary>Searches when there is a turn.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="size">How many deployments or servers are looked at.</param>
    /// <param name="search">What to do. It waits for nothing.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask<TResult> RunAsync<TResult>(string projectId, int size, Func<TResult> search, CancellationToken cancel)
    {
        if (size <= Small)
        {
            return search();
        }

        using var turn = turns.Of(projectId);
        await turn.BeginAsync(cancel);
        return search();
    }
}
