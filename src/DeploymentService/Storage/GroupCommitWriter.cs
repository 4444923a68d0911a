using System.Threading.Channels;
using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;

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

    // Shared by all threads.
    private readonly Channel<Change> _queue;
    private readonly TimeProvider _time;
    private readonly WritingOptions _options;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _running;
    private volatile Exception? _lastFailure;

    // Touched by the writer's thread alone.
    private readonly SqliteDatabase _database;
    private readonly SqliteCheckpointer _checkpointer;

    /// <summary>Makes the queue; <see cref="StartAsync"/> starts the thread.</summary>
    public GroupCommitWriter(
        SqliteDatabase database,
        SqliteCheckpointer checkpointer,
        WritingOptions options,
        TimeProvider time,
        ILogger<GroupCommitWriter> logger)
    {
        _database = database;
        _checkpointer = checkpointer;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = Channel.CreateBounded<Change>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
    }

    /// <summary>True while changes are taken and applied.</summary>
    public bool IsRunning => _running;

    /// <summary>Why the last change was refused or failed; null when it was stored, or one was since.</summary>
    public Exception? LastFailure => _lastFailure;

    /// <summary>Hands in a change and waits until it is on the disk. Once queued it is done, even if the caller has gone away.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public async Task<TResult> WriteAsync<TResult>(Change<TResult> change)
    {
        if (!_queue.Writer.TryWrite(change))
        {
            await WaitForPlaceAsync(change);
        }

        return await change.Completion;
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

    private async ValueTask WaitForPlaceAsync(Change change)
    {
        using var limit = new CancellationTokenSource(_options.QueueTimeout, _time);
        try
        {
            await _queue.Writer.WriteAsync(change, limit.Token);
        }
        catch (OperationCanceledException fault)
        {
            Log.QueueFull(_logger, _options.QueueCapacity);
            var refusal = new WriterBusyException("More changes are waiting than the service takes: try again in a moment.", fault);
            _lastFailure = refusal;
            throw refusal;
        }
        catch (ChannelClosedException fault)
        {
            throw new WriterBusyException("The service is stopping: try again in a moment.", fault);
        }
    }

    private void Run()
    {
        var batch = new List<Change>(LargestBatch);
        try
        {
            using var session = Open();
            while (Take(batch))
            {
                Apply(session, batch);
                _checkpointer.AfterCommit(session);
                batch.Clear();
            }

            _checkpointer.Stop();
            CheckpointWal(session);
        }
        catch (Exception fault)
        {
            // Known before anybody is told, so that whoever was told finds it in the health.
            _running = false;
            // Nobody waits for ever: not those of the batch, and not those behind it.
            _queue.Writer.TryComplete(fault);
            while (_queue.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            batch.ForEach(change => change.Fail(new WriterBusyException("The service cannot write any more: its operator has to start it again.", fault)));
            if (!_opened.TrySetException(fault))
            {
                Log.WriterDied(_logger, fault);
            }
        }
        finally
        {
            _running = false;
            _ended.SetResult();
        }
    }

    private SqliteSession Open()
    {
        try
        {
            var session = _database.OpenWriter();
            _running = true;
            _opened.SetResult();
            return session;
        }
        catch (SqliteException fault)
        {
            throw DatabaseUnusableException.Of(_database.File, fault);
        }
    }

    /// <summary>Folds the journal into the file, so that a copy of the stopped service's file is whole.</summary>
    private void CheckpointWal(SqliteSession session)
    {
        try
        {
            session.Run("PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (SqliteException fault)
        {
            Log.JournalRemains(_logger, fault);
        }
    }

    /// <summary>Takes what waits, at least one change. False when the queue is closed and empty.</summary>
    private bool Take(List<Change> batch)
    {
        while (true)
        {
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            if (batch.Count > 0)
            {
                return true;
            }

            // The one place where a thread blocks: this thread has nothing else to do.
            if (!_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                return false;
            }
        }
    }

    private void Apply(SqliteSession session, List<Change> batch)
    {
        var fault = Commit(session, batch, out var begun);
        if (fault is null || !begun || batch.Count == 1)
        {
            Answer(batch, fault);
            return;
        }

        // A bad write fails alone: each is replayed in a transaction of its own. When not even that begins, none of the changes is to
        // blame, and to try the others would be to wait as often as there are any.
        Log.BatchReplayed(_logger, batch.Count, fault.Message);
        for (var next = 0; next < batch.Count; next++)
        {
            fault = Commit(session, [batch[next]], out begun);
            Answer(begun ? [batch[next]] : batch[next..], fault);
            if (!begun)
            {
                return;
            }
        }
    }

    /// <summary>One transaction. Null when it is on the disk; otherwise nothing of it is, and this is why.</summary>
    private static Exception? Commit(SqliteSession session, List<Change> batch, out bool begun)
    {
        begun = false;
        try
        {
            // Deferred, two writers would both read and the second be refused with SQLITE_BUSY_SNAPSHOT.
            session.Prepare("BEGIN IMMEDIATE").Execute();
            begun = true;
            foreach (var change in batch)
            {
                change.Apply(session);
            }

            session.Prepare("COMMIT").Execute();
        }
        catch (Exception fault)
        {
            session.RollBack();
            return fault;
        }

        foreach (var change in batch)
        {
            change.AfterCommit();
        }

        return null;
    }

    private void Answer(List<Change> batch, Exception? fault)
    {
        // Not written when there is nothing to say, so that no other processor has to fetch it again.
        if (_lastFailure != fault)
        {
            _lastFailure = fault;
        }

        if (fault is not null && WriterBusyException.OrFault(fault) is WriterBusyException)
        {
            Log.Refused(_logger, batch.Count, fault.Message);
        }

        BatchCompletion.Send(batch, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The write queue is full ({Capacity} changes); a caller was answered 503")]
        public static partial void QueueFull(ILogger logger, int capacity);

        [LoggerMessage(LogLevel.Warning, "A batch of {Count} changes failed and is replayed one by one: {Reason}")]
        public static partial void BatchReplayed(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Error, "{Count} changes were refused with 503: {Reason}")]
        public static partial void Refused(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Warning, "The journal stays beside the database file until the next start: a copy has to take both")]
        public static partial void JournalRemains(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Critical, "The writer ended; nothing more can be stored until the service is started again")]
        public static partial void WriterDied(ILogger logger, Exception fault);
    }
}
