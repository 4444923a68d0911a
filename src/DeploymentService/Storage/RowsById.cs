namespace DeploymentService.Storage;

/// <summary>
/// Rows of a project that may have megabytes, to be read while they are sent: as many at a time as make a piece of an answer. No read is open in between, however
/// long that takes. One that is gone when its turn comes is left out.
/// </summary>
/// <param name="reader">By what they are read.</param>
/// <param name="projectId">The project.</param>
/// <param name="ids">Which, in their order.</param>
/// <param name="one">Reads one by project and id.</param>
/// <param name="sizeOf">About how many bytes a row has.</param>
public sealed class RowsById<T>(
    IDatabaseReader reader, string projectId, IReadOnlyList<string> ids, Query<(string ProjectId, string Id), T> one, Func<T, int> sizeOf)
    where T : class
{
    private int _next;

    /// <summary>How many rows there were.</summary>
    public int Count => ids.Count;

    /// <summary>The next rows; none behind the last.</summary>
    /// <param name="bytes">Behind how many bytes to stop.</param>
    public async ValueTask<IReadOnlyList<T>> NextAsync(int bytes)
    {
        var found = new List<T>();
        while (_next < ids.Count && bytes > 0)
        {
            if (await reader.FirstAsync(one, (projectId, ids[_next++])) is { } row)
            {
                found.Add(row);
                bytes -= sizeOf(row);
            }
        }

        return found;
    }
}
