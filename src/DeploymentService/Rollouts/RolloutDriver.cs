using System.Diagnostics;
using DeploymentService.Hosting;
using DeploymentService.Storage;

namespace DeploymentService.Rollouts;

/// <summary>
/// Takes rollouts further: when the log says that something has happened to one, when a pause is over, and after a start all that are open. Each replica does, and a kill at any
/// moment leaves nothing half done: what is to be done, the rows say, and it is decided in the writer.
/// </summary>
internal sealed partial class RolloutDriver(
    IDatabaseReader reader, RolloutStore rollouts, RolloutFollower follower, TimeProvider time, ILogger<RolloutDriver> logger) : BackgroundService
{
    // So that looks at very many servers take a twentieth of a processor at most.
    private const int LookPart = 20;

    // Of real time, whatever the service's clock does, which says when a pause is over.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortRest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    // When a pause between two batches is over.
    private readonly Dictionary<(string ProjectId, string Id), DateTime> _resumes = [];

    // Since when and for how long a rollout is not looked at again, and those that wait for that.
    private readonly Dictionary<(string ProjectId, string Id), (long Looked, TimeSpan Length)> _rests = [];
    private readonly HashSet<(string ProjectId, string Id)> _resting = [];

    // For all of them: what is wrong is the database's.
    private readonly LogPause _pause = new(time);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => DriveAsync(stoppingToken), stoppingToken);

    private async Task DriveAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoadAsync(stoppingToken);
            var ticked = Stopwatch.GetTimestamp();
            while (true)
            {
                // Before looking, so that nothing falls in between.
                var news = follower.News.Next;
                var isTick = Stopwatch.GetElapsedTime(ticked) >= Tick;
                if (isTick)
                {
                    ticked = Stopwatch.GetTimestamp();
                    Resume();
                }

                var due = follower.Take(isTick).Concat(_resting).Distinct().ToList();
                _resting.Clear();
                foreach (var rollout in due)
                {
                    stoppingToken.ThrowIfCancellationRequested();
                    await TryAdvanceAsync(rollout);
                }

                var left = Tick - Stopwatch.GetElapsedTime(ticked);
                await WaitAsync(news, _resting.Count > 0 && left > ShortRest ? ShortRest : left, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; after the next start it goes on.
        }
    }

    /// <summary>Looks at all that are open after a start.</summary>
    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                foreach (var rollout in await reader.ListAsync(RolloutQueries.Open, 0))
                {
                    follower.Mark(rollout, isNow: true);
                }

                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotLoaded(logger, exception);
            }

            await Task.Delay(Tick, stoppingToken);
        }
    }

    private void Resume()
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var (rollout, _) in _resumes.Where(resume => resume.Value <= now).ToList())
        {
            _resumes.Remove(rollout);
            follower.Mark(rollout, isNow: true);
        }
    }

    private async Task TryAdvanceAsync((string ProjectId, string Id) rollout)
    {
        try
        {
            if (_rests.TryGetValue(rollout, out var rest) && Stopwatch.GetElapsedTime(rest.Looked) < rest.Length)
            {
                _resting.Add(rollout);
                return;
            }

            await AdvanceAsync(rollout);
        }
        catch (Exception exception)
        {
            // The database is busy, or another has changed the same: a second later it is looked at again.
            follower.Mark(rollout, isNow: false);
            if (exception is not DatabaseUnavailableException || _pause.IsOver())
            {
                Log.NotAdvanced(logger, rollout.Id, exception);
            }
        }
    }

    /// <summary>One step, so that all rollouts have their turn.</summary>
    private async Task AdvanceAsync((string ProjectId, string Id) rollout)
    {
        var begun = Stopwatch.GetTimestamp();
        if (await RolloutLook.AtAsync(reader, rollout, time.GetUtcNow().UtcDateTime) is not { } look)
        {
            return;
        }

        var looked = Stopwatch.GetElapsedTime(begun);
        if (!look.IsIdle)
        {
            // Whether it was done or somebody else was quicker: there may be more to do.
            follower.Open(rollout, look.HasStrays);
            var isMore = await rollouts.AdvanceAsync(look);
            follower.Mark(rollout, isMore);
            if (!isMore)
            {
                Rest(rollout, looked);
            }

            follower.News.Pulse();
            return;
        }

        _resumes.Remove(rollout);
        if (look.ResumeTime is { } resume)
        {
            _resumes[rollout] = resume;
        }

        if (look.Rollout is { IsEnded: true, InProgress: 0 })
        {
            follower.Close(rollout);
            _rests.Remove(rollout);
            return;
        }

        follower.Open(rollout, look.HasStrays);
        Rest(rollout, looked);
    }

    private void Rest((string ProjectId, string Id) rollout, TimeSpan looked)
    {
        var rest = looked * LookPart;
        _rests[rollout] = (Stopwatch.GetTimestamp(), rest < LongestRest ? rest : LongestRest);
    }

    private static async Task WaitAsync(Task news, TimeSpan left, CancellationToken stoppingToken)
    {
        try
        {
            await news.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, stoppingToken);
        }
        catch (TimeoutException)
        {
            // Whatever is due is looked at then.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The rollouts that are open could not be read; it is tried again in a second")]
        public static partial void NotLoaded(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Rollout {RolloutId} could not be taken further; it is tried again every second; of a database that is full or not available this is said once a minute for all rollouts")]
        public static partial void NotAdvanced(ILogger logger, string rolloutId, Exception exception);
    }
}
