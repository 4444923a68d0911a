using System.Globalization;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Runs;

/// <summary>Finds the runs of a deployment: the present one is the deployment's own row, the others were kept when the next began.</summary>
public sealed class RunStore(IDatabaseReader reader)
{
    // A chunk ends at whichever comes first; a run may have megabytes.
    private const int ChunkRows = 20;

    /// <summary>The run that a deployment is at; null when the project has no such deployment.</summary>
    public ValueTask<PresentRun?> PresentAsync(string projectId, string deploymentId) =>
        reader.FirstAsync(RunQueries.Present, new DeploymentKey(projectId, deploymentId));

    /// <summary>An earlier run; null when it is not kept.</summary>
    public ValueTask<DeploymentRun?> EarlierAsync(long deploymentNumber, long number) => reader.FirstAsync(RunQueries.Find, (deploymentNumber, number));

    /// <summary>The runs of a deployment, newest first, as many as one chunk holds. The marker is the number of a run; one that is no number marks nothing.</summary>
    /// <param name="present">The present one, read before.</param>
    /// <param name="paging">Which part.</param>
    public async ValueTask<ListChunk<RunView>> ListAsync(DeploymentRun present, Paging paging)
    {
        var before = paging.Place ?? (long.TryParse(paging.Marker, NumberStyles.None, CultureInfo.InvariantCulture, out var marker) ? marker : long.MaxValue);
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        var found = new List<RunView>();
        var (bytes, more) = (0, false);
        // The rows are of a later moment than the present one: that it is an earlier one by then makes no difference.
        if (present.Number >= before || Take(present))
        {
            await reader.ForEachAsync(RunQueries.OfDeployment, (present.DeploymentNumber, Math.Min(before, present.Number)), wanted + 1 - found.Count, Take);
        }

        var lastPlace = found.Count > 0 ? found[^1].Number : before;
        var chunk = ListChunk.Of(found, more, paging, IdOf, lastPlace);
        return !chunk.IsLast && paging is { Limit: { } limit, Place: null } && await EndOfPageAsync(present, lastPlace, limit - found.Count) is { } end
            ? chunk with { LastId = end, IsCut = true }
            : chunk;

        bool Take(DeploymentRun run)
        {
            if (found.Count == wanted || bytes > PiecewiseResponse.PieceBytes)
            {
                more = true;
                return false;
            }

            var view = RunView.Of(run);
            found.Add(view);
            bytes += view.LargeBytes;
            return true;
        }
    }

    private static string IdOf(RunView view) => view.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The marker of a page that ends so many runs behind a place; null when the page is the last. Headers go out before the rows are read.</summary>
    private async ValueTask<string?> EndOfPageAsync(DeploymentRun present, long before, int toCome) =>
        await reader.ListAsync(RunQueries.Numbers, (present.DeploymentNumber, before), toCome + 1) is { } numbers && numbers.Count > toCome
            ? numbers[toCome - 1].ToString(CultureInfo.InvariantCulture)
            : null;
}
