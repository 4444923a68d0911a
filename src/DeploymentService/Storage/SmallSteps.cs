namespace DeploymentService.Storage;

/// <summary>
/// A change of very many rows that nobody waits for, in small steps with pauses, so that the changes of others hardly notice: each step is one of a batch,
/// and most batches are without one.
/// </summary>
internal static class SmallSteps
{
    /// <summary>How many rows a step may change: about two milliseconds of the writer.</summary>
    public const int Rows = 250;

    // What the disk needs is real time, whatever the service's clock does.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Finds and makes steps until none is found; how many rows were changed in all.</summary>
    /// <param name="writer">Who does it.</param>
    /// <param name="findStep">Finds the change that says how many rows it changed: none where somebody else was quicker. Null when nothing is left.</param>
    /// <param name="cancel">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not all was changed; trying again may help.</exception>
    public static async Task<int> RunAsync(GroupCommitWriter writer, Func<Task<Change<int>?>> findStep, CancellationToken cancel)
    {
        var all = 0;
        while (!cancel.IsCancellationRequested && await findStep() is { } step)
        {
            all += await writer.WriteAsync(step);
            await Task.Delay(Pause, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return all;
    }

    /// <summary>Makes one step after the other until one changes nothing; how many rows were changed in all.</summary>
    /// <param name="writer">Who does it.</param>
    /// <param name="step">Makes the change that says how many rows it changed.</param>
    /// <param name="cancel">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not all was changed; trying again may help.</exception>
    public static async Task<int> RunAsync(GroupCommitWriter writer, Func<Change<int>> step, CancellationToken cancel)
    {
        var all = 0;
        while (!cancel.IsCancellationRequested && await writer.WriteAsync(step()) is > 0 and var changed)
        {
            all += changed;
            await Task.Delay(Pause, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return all;
    }
}
