using System.Diagnostics;
using System.Threading.Channels;

namespace DeploymentService.Storage;

/// <summary>
/// The only door through which rows change. Callers queue their changes; one thread takes all that wait, applies them in one transaction
/// and answers each caller only after COMMIT. Batches size themselves: one change when one client writes, dozens when many do, so a sync
/// of the disk is shared by all who waited for it. There is no timer and no artificial delay.
/// </summary>
public sealed partial class GroupCommitWriter : IHostedService, IDisposable
{
    // Bounds the time a batch holds the write lock; measured: more gains nothing.
    private const int LargestBatch = 256;

    // So that small changes do not wait behind a hundred large ones.
    private const int LargestBatchBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan AnswerDelay = TimeSpan.FromSeconds(1);

    // Shared by all threads.
    private readonly Channel<Change> _queue;
    private readonly TimeProvider _time;
    private readonly WritingOptions _options;
    private readonly ILogger _logger;
    private readonly WriterTelemetry _telemetry;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _running;
    private volatile Exception? _lastFailure;

    // Touched by the writer's thread alone.
    private readonly IWriteEngine _engine;
    private readonly EventLog _log;
    private WriterClock? _clock;

    /// <summary>Makes the queue; <see cref="StartAsync"/> starts the thread.</summary>
    public GroupCommitWriter(IWriteEngine engine, EventLog log, WritingOptions options, TimeProvider time, ILogger<GroupCommitWriter> logger, WriterTelemetry telemetry)
    {
        _engine = engine;
        _log = log;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = Channel.CreateBounded<Change>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _telemetry = telemetry.Observing(_queue.Reader, options.QueueCapacity);
    }

    /// <inheritdoc cref="IWriteEngine.IsShared" />
    public bool IsShared => _engine.IsShared;

    /// <summary>True while changes are taken and applied.</summary>
    public bool IsRunning => _running;

    /// <summary>Why the last change was refused or failed; null when it was stored, or one was since.</summary>
    public Exception? LastFailure => _lastFailure;

    /// <summary>Hands in a change and waits until it is on the disk. Once queued it is done, even if the caller has gone away.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public async Task<TResult> WriteAsync<TResult>(Change<TResult> change)
    {
        // What is not even taken is no failure: the health does not hear of it.
        _telemetry.Admit(_engine, change.Need);
        if (change.UsesModel)
        {
            await _engine.PrepareModelAsync();
        }

        change.MarkQueued();
        if (!_queue.Writer.TryWrite(change))
        {
            await WaitForPlaceAsync(change);
        }

        return await (_engine.IsShared ? AnswerInTimeAsync(change) : change.Completion);
    }

    /// <summary>Starts the thread and waits until it can write.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { IsBackground = true, Name = "writer" }.Start();
        return _opened.Task;
    }

    /// <summary>Takes no more changes, applies those that wait, and ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (_opened.Task.IsCompleted)
        {
            await _ended.Task;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Writer.TryComplete();

    /// <summary>An engine behind a network may not know for long what has become of a change; its caller is told that, and the change goes on.</summary>
    private async Task<TResult> AnswerInTimeAsync<TResult>(Change<TResult> change)
    {
        try
        {
            // A little more than the engine's patience, which gives a better answer.
            return await change.Completion.WaitAsync(_engine.Patience + AnswerDelay);
        }
        catch (TimeoutException exception) when (!change.Completion.IsCompleted)
        {
            throw new WriterBusyException("It is not known whether the change was stored: send it again.", exception);
        }
    }

    private async ValueTask WaitForPlaceAsync(Change change)
    {
        using var limit = new CancellationTokenSource(_options.QueueTimeout, _time);
        try
        {
            await _queue.Writer.WriteAsync(change, limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            Log.QueueFull(_logger, _options.QueueCapacity);
            _telemetry.CountQueueFull();
            var refusal = new WriterBusyException("More changes are waiting than the service takes: try again in a moment.", exception);
            _lastFailure = refusal;
            throw refusal;
        }
        catch (ChannelClosedException exception)
        {
            throw new WriterBusyException("The service is stopping: try again in a moment.", exception);
        }
    }

    private void Run()
    {
        var batch = new List<Change>(LargestBatch);
        try
        {
            using var session = Open();
            while (Take(session, batch))
            {
                Apply(session, batch);
                session.Tidy();
                batch.Clear();
            }

            session.Close();
        }
        catch (Exception exception)
        {
            // Known before anybody is told, so that whoever was told finds it in the health.
            _running = false;
            // Nobody waits for ever: not those of the batch, and not those behind it.
            _queue.Writer.TryComplete(exception);
            while (_queue.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            batch.ForEach(change => change.Fail(new WriterBusyException("The service cannot write any more: its operator has to start it again.", exception)));
            if (!_opened.TrySetException(exception))
            {
                Log.WriterDied(_logger, exception);
            }
        }
        finally
        {
            _running = false;
            _ended.SetResult();
        }
    }

    private IWriteSession Open()
    {
        var session = _engine.Open();
        _clock = new(_time, session.LastTime(), _logger);
        _log.Begin(session.LastEvent());
        _running = true;
        _opened.SetResult();
        return session;
    }

    /// <summary>Takes what waits, at least one change. False when the queue is closed and empty.</summary>
    private bool Take(IWriteSession session, List<Change> batch)
    {
        while (!_queue.Reader.TryPeek(out _))
        {
            // The one place where a thread blocks: this thread has nothing else to do.
            if (!_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                return false;
            }
        }

        session.AwaitTurn();
        for (var bytes = 0L; batch.Count < LargestBatch && bytes < LargestBatchBytes && _queue.Reader.TryRead(out var change); bytes += change.Size)
        {
            batch.Add(change);
        }

        return true;
    }

    private void Apply(IWriteSession session, List<Change> batch)
    {
        while (batch.Count > 0)
        {
            var (exception, hasBegun) = _telemetry.Commit(session, batch, _clock!, PatienceOf(batch[0]));
            if (exception is null || batch.Count == 1)
            {
                Complete(batch, exception);
                return;
            }

            if (hasBegun)
            {
                ApplyOneByOne(session, batch, exception);
                return;
            }

            // Whoever has waited long enough is told so; those who came later have some patience left.
            var impatient = batch.FindLastIndex(change => PatienceOf(change) == TimeSpan.Zero) + 1;
            Complete(batch[..Math.Max(1, impatient)], exception);
            batch.RemoveRange(0, Math.Max(1, impatient));
        }
    }

    /// <summary>A bad write fails alone: each is replayed in a transaction of its own.</summary>
    private void ApplyOneByOne(IWriteSession session, List<Change> batch, Exception exception)
    {
        Log.BatchReplayed(_logger, batch.Count, exception.GetBaseException().Message);
        foreach (var change in batch)
        {
            Complete([change], _telemetry.Commit(session, [change], _clock!, PatienceOf(change)).Exception);
        }
    }

    /// <summary>How long a change may still wait for whoever else holds the database.</summary>
    private TimeSpan PatienceOf(Change change) =>
        _engine.Patience - Stopwatch.GetElapsedTime(change.Queued) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Answers the callers: all is on the disk, or nothing is.</summary>
    private void Complete(List<Change> batch, Exception? exception)
    {
        // Not written when there is nothing to say, so that no other processor has to fetch it again.
        if (_lastFailure != exception)
        {
            _lastFailure = exception;
        }

        if (exception is null)
        {
            foreach (var change in batch)
            {
                TellFollowers(change);
            }
        }
        else if (exception is WriterBusyException)
        {
            Log.Refused(_logger, batch.Count, exception.GetBaseException().Message);
        }

        _telemetry.Count(batch.Count, exception);
        BatchCompletion.Send(batch, exception);
    }

    /// <summary>Whoever fails to hear of a change ends neither the writer nor the change: it is stored.</summary>
    private void TellFollowers(Change change)
    {
        try
        {
            change.AfterCommit();
        }
        catch (Exception exception)
        {
            Log.NotTold(_logger, change.GetType().Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The write queue is full ({Capacity} changes); a caller was answered 503")]
        public static partial void QueueFull(ILogger logger, int capacity);

        [LoggerMessage(LogLevel.Warning, "A batch of {Count} changes failed and is replayed one by one: {Reason}")]
        public static partial void BatchReplayed(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Error, "{Count} changes were refused with 503: {Reason}")]
        public static partial void Refused(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Error, "{Change} is stored, and somebody who was told of it failed")]
        public static partial void NotTold(ILogger logger, string change, Exception exception);

        [LoggerMessage(LogLevel.Critical, "The writer ended; nothing more can be stored until the service is started again")]
        public static partial void WriterDied(ILogger logger, Exception exception);
    }
}
