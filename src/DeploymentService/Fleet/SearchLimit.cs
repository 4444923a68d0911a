namespace DeploymentService.Fleet;

/// <summary>
/// Bounds how many searches and sorts in memory are made at once, in all projects together: one processor fewer than there are, so that one is left for reports.
/// Who has to wait holds no thread. Small projects go by: theirs are done before anybody notices.
/// </summary>
public sealed class SearchLimit(int atOnce) : IDisposable
{
    /// <summary>Up to how many deployments or servers a search is small: less than a millisecond.</summary>
    public const int Small = 5_000;

    private readonly SemaphoreSlim _places = new(atOnce);

    /// <summary>One fewer than the processors, and one at least.</summary>
    public static SearchLimit OfThisMachine() => new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Searches when there is a place.</summary>
    /// <param name="size">How many deployments or servers are looked at.</param>
    /// <param name="search">What to do. It waits for nothing.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask<TResult> RunAsync<TResult>(int size, Func<TResult> search, CancellationToken cancel)
    {
        if (size <= Small)
        {
            return search();
        }

        await _places.WaitAsync(cancel);
        try
        {
            return search();
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();
}
