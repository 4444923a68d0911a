using System.Threading.Channels;
using DeploymentService.Data.Sqlite;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Writing;

/// <summary>
/// The only door through which rows change. Callers queue their changes; one thread takes all that wait, applies them in one transaction
/// and answers each caller only after COMMIT. Batches size themselves: one change when one client writes, dozens when many do, so a sync
/// of the disk is shared by all who waited for it. There is no timer and no artificial delay.
/// </summary>
public sealed partial class GroupCommitWriter : IHostedService, IDisposable
{
    // Bounds the time a batch holds the write lock; measured: more gains nothing.
    private const int LargestBatch = 256;

    // Callers are answered by pool threads in chunks: waking each alone costs more than its update, and one chunk would leave the other
    // core idle while a batch is answered.
    private const int AnswerChunk = 16;

    // Shared by all threads.
    private readonly Channel<Change> _queue;
    private readonly TimeProvider _time;
    private readonly WritingOptions _options;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _running;

    // Touched by the writer's thread alone.
    private readonly SqliteDatabase _database;

    /// <summary>Makes the queue; <see cref="StartAsync"/> starts the thread.</summary>
    public GroupCommitWriter(
        SqliteDatabase database,
        WritingOptions options,
        TimeProvider time,
        ILogger<GroupCommitWriter> logger)
    {
        _database = database;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = Channel.CreateBounded<Change>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
    }

    /// <summary>True while changes are taken and applied.</summary>
    public bool IsRunning => _running;

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

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = true;
        new Thread(Run) { IsBackground = true, Name = "writer" }.Start();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more changes, applies those that wait, and ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_running)
        {
            _queue.Writer.TryComplete();
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
            throw new WriterBusyException("More changes are waiting than the service takes: try again in a moment.", fault);
        }
        catch (ChannelClosedException fault)
        {
            throw new WriterBusyException("The service is stopping: try again in a moment.", fault);
        }
    }

    private void Run()
    {
        try
        {
            using var session = _database.OpenWriter();
            var batch = new List<Change>(LargestBatch);
            while (Take(batch))
            {
                Apply(session, batch);
                batch.Clear();
            }

            // The log is folded into the file, so that a copy of the stopped service's file is whole.
            session.Run("PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (Exception fault)
        {
            Log.WriterDied(_logger, fault);
            _queue.Writer.TryComplete(fault);
            while (_queue.Reader.TryRead(out var change))
            {
                change.Fail(new WriterBusyException("The database cannot be written.", fault));
            }
        }
        finally
        {
            _running = false;
            _ended.SetResult();
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
        try
        {
            Commit(session, batch);
            Answer(batch, fault: null);
        }
        catch (Exception fault) when (batch.Count > 1)
        {
            // A bad write fails alone: each is replayed in a transaction of its own.
            Log.BatchReplayed(_logger, batch.Count, fault.Message);
            foreach (var change in batch)
            {
                Apply(session, [change]);
            }
        }
        catch (Exception fault)
        {
            Answer(batch, Describe(fault));
        }
    }

    private static void Commit(SqliteSession session, List<Change> batch)
    {
        session.Prepare(Sql.Begin).Execute();
        try
        {
            foreach (var change in batch)
            {
                change.Apply(session);
            }

            session.Prepare(Sql.Commit).Execute();
        }
        catch
        {
            if (session.InTransaction)
            {
                session.Prepare(Sql.Rollback).Execute();
            }

            throw;
        }
    }

    private static void Answer(List<Change> batch, Exception? fault)
    {
        for (var start = 0; start < batch.Count; start += AnswerChunk)
        {
            var chunk = batch.GetRange(start, Math.Min(AnswerChunk, batch.Count - start));
            ThreadPool.UnsafeQueueUserWorkItem(
                static work =>
                {
                    foreach (var change in work.chunk)
                    {
                        if (work.fault is null)
                        {
                            change.Complete();
                        }
                        else
                        {
                            change.Fail(work.fault);
                        }
                    }
                },
                (chunk, fault),
                preferLocal: false);
        }
    }

    /// <summary>Tells a fault that passes (another program holds the file, the disk is full) from a fault of ours.</summary>
    private static Exception Describe(Exception fault) => fault switch
    {
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED } =>
            new WriterBusyException("The database is held by another program: try again in a moment.", fault),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR } =>
            new WriterBusyException("The disk takes no more data: try again when there is room.", fault),
        _ => fault,
    };

    private static class Sql
    {
        // Deferred, two writers would both read and the second be refused with SQLITE_BUSY_SNAPSHOT.
        public const string Begin = "BEGIN IMMEDIATE";
        public const string Commit = "COMMIT";
        public const string Rollback = "ROLLBACK";
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The write queue is full ({Capacity} changes); a caller was answered 503")]
        public static partial void QueueFull(ILogger logger, int capacity);

        [LoggerMessage(LogLevel.Warning, "A batch of {Count} changes failed and is replayed one by one: {Reason}")]
        public static partial void BatchReplayed(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Critical, "The writer ended; nothing more can be stored until the service is started again")]
        public static partial void WriterDied(ILogger logger, Exception fault);
    }
}
