using System.Globalization;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>What becomes of a rollout at one moment: the rules alone, without any row of a server.</summary>
/// <param name="before">The rollout as it was.</param>
/// <param name="now">The moment, UTC.</param>
internal sealed class RolloutState(Rollout before, DateTime now)
{
    private readonly Rollout _before = before;
    private readonly List<RolloutHappening> _happened = [];

    /// <summary>The rollout as it is by now.</summary>
    public Rollout Row { get; private set; } = before;

    /// <summary>What happened to it, in order.</summary>
    public IReadOnlyList<RolloutHappening> Happened => _happened;

    /// <summary>True when it is another than it was.</summary>
    public bool IsChanged => !ReferenceEquals(Row, _before);

    /// <summary>How many servers a batch has.</summary>
    /// <param name="rollout">The rollout.</param>
    /// <param name="batch">Which, from 1.</param>
    public static long SizeOf(Rollout rollout, long batch) => SizeOf(SizesOf(rollout), rollout, batch);

    /// <summary>The sizes of the batches, as they were given.</summary>
    public static IReadOnlyList<long> SizesOf(Rollout rollout) =>
        rollout.BatchSizes is { } sizes ? [.. sizes.Split(',').Select(size => long.Parse(size, CultureInfo.InvariantCulture))] : [];

    /// <summary>How many batches there will have been, as things stand.</summary>
    public static long BatchesOf(Rollout rollout)
    {
        var (batches, left) = (rollout.Batch, rollout.Pending - rollout.BatchLeft);
        if (rollout.IsEnded || left <= 0)
        {
            return batches;
        }

        // Up to where the sizes repeat, and then all at once.
        var sizes = SizesOf(rollout);
        for (; left > 0 && batches < sizes.Count; batches++)
        {
            left -= SizeOf(sizes, rollout, batches + 1);
        }

        var size = SizeOf(sizes, rollout, batches + 1);
        return left > 0 ? batches + ((left + size - 1) / size) : batches;
    }

    /// <summary>Counts what became of servers that were in progress.</summary>
    public void End(long complete, long failed)
    {
        if (complete + failed > 0)
        {
            Row = Row with { InProgress = Row.InProgress - complete - failed, Complete = Row.Complete + complete, Failed = Row.Failed + failed };
        }
    }

    /// <summary>Counts servers that are begun, and others that need not be.</summary>
    public void Begin(long begun, long skipped)
    {
        var pending = Row.Pending - begun - skipped;
        Row = Row with
        {
            Pending = pending,
            InProgress = Row.InProgress + begun,
            Skipped = Row.Skipped + skipped,
            // Who is skipped takes nobody's place in the batch.
            BatchLeft = Math.Min(Row.BatchLeft - begun, pending),
        };
    }

    /// <summary>Takes it as far as it goes; how many servers are to be begun now.</summary>
    /// <param name="late">How many of those in progress are overdue, which count as failed.</param>
    /// <param name="running">How many are still to be waited for before the next batch.</param>
    public long Advance(long late, long running)
    {
        if (Row.IsEnded)
        {
            return 0;
        }

        if (Row.FailureLimit is { } limit && Row.Failed + late > limit)
        {
            End(RolloutStatus.Failed, $"Stopped: {Count(Row.Failed + late)} failed{(late > 0 ? $", {Number(late)} of them overdue" : "")}, and {Number(limit)} may{OfAll(limit)}. {LeftAlone()}");
            return 0;
        }

        if (Row is { Pending: 0, InProgress: 0 })
        {
            End(
                Row.Failed == 0 ? RolloutStatus.Complete : RolloutStatus.CompleteWithFailures,
                $"Of {Count(Row.Total)}, {Number(Row.Complete)} complete, {Number(Row.Failed)} failed, {Number(Row.Skipped)} skipped");
            return 0;
        }

        if (Row.Status == RolloutStatus.Paused || Row.Pending == 0 || (Row.BatchLeft == 0 && (running > 0 || !IsPauseOver())))
        {
            return 0;
        }

        if (Row.BatchLeft == 0)
        {
            BeginBatch();
        }

        return Row.BatchLeft;
    }

    /// <summary>Begins nothing more until a person goes on.</summary>
    public void Pause(string? who)
    {
        if (Row.Status == RolloutStatus.InProgress)
        {
            Pause(RolloutEvents.Paused, $"Paused by {Name(who)}");
        }
    }

    /// <summary>Goes on.</summary>
    public void Resume()
    {
        if (Row.Status == RolloutStatus.Paused)
        {
            Unpause(Row);
            Happen(RolloutEvents.Resumed, null);
            if (Row is { ResumeTime: null, BatchLeft: 0, InProgress: 0, Batch: > 0, Pending: > 0 })
            {
                // Who goes on behind a batch has looked at it, and is not to be asked again.
                Row = Row with { ResumeTime = now };
                HappenBatchEnded();
            }
        }
    }

    /// <summary>Begins the next batch, without waiting for anything.</summary>
    /// <param name="batch">The batch that it must be; null for whichever is next.</param>
    public void Next(long? batch)
    {
        if (!Row.IsEnded && Row.Pending > Row.BatchLeft && (batch is null || batch == Row.Batch + 1))
        {
            Unpause(Row);
            Happen(RolloutEvents.Next, null);
            BeginBatch();
        }
    }

    /// <summary>Begins nothing more, and leaves what runs alone.</summary>
    public void Abort(string? who)
    {
        if (!Row.IsEnded)
        {
            End(RolloutStatus.Aborted, $"Aborted by {Name(who)}. {LeftAlone()}");
        }
    }

    /// <summary>Puts servers that failed back among those that are to be begun, and goes on also where it was stopped without any.</summary>
    /// <param name="failed">How many failed.</param>
    /// <param name="late">How many of those in progress are overdue. While they alone would stop it again, nothing happens, so that no failure is forgotten.</param>
    public void Retry(long failed, long late)
    {
        var hasMore = failed > 0 || Row is { Status: RolloutStatus.Failed, Pending: > 0 };
        if (hasMore && Row.Status != RolloutStatus.Aborted && !(late > Row.FailureLimit))
        {
            var from = Row.Status;
            Row = Row with
            {
                Failed = Row.Failed - failed,
                Pending = Row.Pending + failed,
                Status = Row.IsEnded ? RolloutStatus.InProgress : Row.Status,
                StatusReason = Row.IsEnded ? null : Row.StatusReason,
                EndedTime = null,
                // Where the batch before is at its end, they need not wait.
                ResumeTime = Row.BatchLeft == 0 && Row.InProgress == 0 ? now : Row.ResumeTime,
            };
            _happened.Add(new(RolloutEvents.Retried, from, Row.Status, failed == 0 ? "It goes on with what was not begun" : $"{Count(failed)} that failed {(failed == 1 ? "is" : "are")} run again", Row.Batch));
        }
    }

    /// <summary>Ends it because it cannot go on.</summary>
    public void Fail(string reason) => End(RolloutStatus.Failed, $"{reason}. {LeftAlone()}");

    private static long SizeOf(IReadOnlyList<long> sizes, Rollout rollout, long batch) =>
        sizes.Count == 0 ? rollout.Total : sizes[(int)Math.Min(batch, sizes.Count) - 1];

    private bool IsPauseOver()
    {
        if (Row.Batch == 0)
        {
            return true;
        }

        if (Row.ResumeTime is null)
        {
            HappenBatchEnded();
            Row = Row with { ResumeTime = now.AddSeconds(Row.PauseSeconds ?? 0) };
            if (Row.PauseAfterBatch)
            {
                Row = Row with { ResumeTime = now };
                Pause(RolloutEvents.Paused, $"Batch {Number(Row.Batch)} of {Number(BatchesOf(Row))} is at its end: POST …/next or …/resume goes on");
            }
        }

        return Row.Status == RolloutStatus.InProgress && Row.ResumeTime <= now;
    }

    private void BeginBatch()
    {
        var batch = Row.Batch + 1;
        var size = Math.Min(SizeOf(Row, batch), Row.Pending - Row.BatchLeft);
        Row = Row with { Batch = batch, BatchLeft = Row.BatchLeft + size, BatchStartedTime = now, StartedTime = Row.StartedTime ?? now, ResumeTime = null };
        Happen(RolloutEvents.BatchBegun, $"Batch {Number(batch)} of {Number(BatchesOf(Row))}: {Count(size)}");
    }

    private void Pause(string kind, string reason)
    {
        var from = Row.Status;
        Row = Row with { Status = RolloutStatus.Paused, StatusReason = reason, PausedTime = now };
        _happened.Add(new(kind, from, Row.Status, reason, Row.Batch));
    }

    private void Unpause(Rollout row) => Row = row.PausedTime is { } since
        ? row with { Status = RolloutStatus.InProgress, StatusReason = null, PausedTime = null, PausedMilliseconds = row.PausedMilliseconds + (long)(now - since).TotalMilliseconds }
        : row;

    private void End(string status, string reason)
    {
        var from = Row.Status;
        Unpause(Row);
        Row = Row with { Status = status, StatusReason = reason, EndedTime = now, BatchLeft = 0, ResumeTime = null };
        _happened.Add(new(status == RolloutStatus.Aborted ? RolloutEvents.Aborted : RolloutEvents.Ended, from, status, reason, Row.Batch));
    }

    private void HappenBatchEnded() => Happen(RolloutEvents.BatchEnded, $"Batch {Number(Row.Batch)} of {Number(BatchesOf(Row))} is at its end");

    private void Happen(string kind, string? reason) => _happened.Add(new(kind, _before.Status, Row.Status, reason, Row.Batch));

    private string LeftAlone() => (Row.Pending, Row.InProgress) switch
    {
        (0, 0) => "Nothing was left to do",
        (var pending, 0) => $"{Count(pending)} {(pending == 1 ? "was" : "were")} not begun, and nothing runs any more",
        var (pending, running) => $"{Count(pending)} {(pending == 1 ? "was" : "were")} not begun; {Count(running)} already begun {(running == 1 ? "is" : "are")} left alone and still counted",
    };

    private string OfAll(long limit) => Row.MaxFailurePercent is { } percent ? $" ({Number(percent)} % of {Number(Row.Total)}, rounded down to {Number(limit)})" : "";

    private static string Count(long servers) => servers == 1 ? "1 server" : $"{Number(servers)} servers";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Name(string? who) => who is null ? "somebody without a name" : $"'{who}'";
}

/// <summary>Something that happened to a rollout.</summary>
/// <param name="Kind">One of the words of <see cref="RolloutEvents"/>.</param>
/// <param name="StatusFrom">The status before.</param>
/// <param name="StatusTo">The status after.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Batch">At which batch.</param>
internal readonly record struct RolloutHappening(string Kind, string? StatusFrom, string StatusTo, string? Reason, long Batch);
