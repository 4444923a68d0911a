namespace DeploymentService.Storage;

/// <summary>
/// Rows of a project that may have megabytes, to be read while they are sent: as many at a time as make a piece of an answer. No read is open in between, however
/// long that takes. One that is gone when its turn comes is left out.
/// </summary>
/// <param name="reader">By what they are read.</param>
/// <param name="projectId">The project.</param>
/// <param name="ids">Which, in their order; each is asked for when its turn comes.</param>
/// <param name="one">Reads one by project and id.</param>
/// <param name="sizeOf">About how many bytes a row has.</param>
public sealed class RowsById<T>(
    IDatabaseReader reader, string projectId, IReadOnlyList<string> ids, Query<(string ProjectId, string Id), T> one, Func<T, int> sizeOf)
    where T : class
{
    private const int FewAtOnce = 8;
    private const int MostAtOnce = 64;

    private int _next;

    // As many as the last piece had room for: what is asked for beyond that is sent for nothing.
    private int _atOnce = FewAtOnce;

    /// <summary>How many rows there were.</summary>
    public int Count => ids.Count;

    /// <summary>True when there is nothing more to read.</summary>
    public bool IsAtEnd => _next >= ids.Count;

    /// <summary>The next rows; none behind the last.</summary>
    /// <param name="bytes">Behind how many bytes to stop.</param>
    public async ValueTask<IReadOnlyList<T>> NextAsync(int bytes)
    {
        var found = new List<T>();
        while (_next < ids.Count && bytes > 0)
        {
            var asked = Enumerable.Range(_next, Math.Min(_atOnce, ids.Count - _next)).Select(place => (projectId, ids[place])).ToList();
            var answered = 0;
            await reader.FirstOfEachAsync(one, asked, row =>
            {
                answered++;
                if (row is not null)
                {
                    found.Add(row);
                    bytes -= sizeOf(row);
                }

                return bytes > 0;
            });
            _next += answered;
            _atOnce = answered < asked.Count ? answered : Math.Min(MostAtOnce, _atOnce * 2);
        }

        return found;
    }
}
