using System.Diagnostics;
using System.Runtime.InteropServices;
using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>
/// The end of the log on a database to which other processes write, too. It is looked at ten times a second and whenever somebody asks, by one small query for all
/// followers. What this process appends itself reaches them from memory; where events of others lie between, what was offered waits for the next look, which reads
/// them once, off the writer's thread. A look for each such gap would be one a batch where two replicas take turns; whoever must not miss anything asks for one.
/// </summary>
/// <remarks>
/// Whoever applies to the followers at the head is alone: the writer's thread while nothing is held, and the task of the tail otherwise. So order needs no lock that is
/// held while followers work or the database is asked.
/// </remarks>
internal sealed partial class LogTail(
    LogFollowers followers, IDatabaseReader reader, TimeProvider time, IHostApplicationLifetime? lifetime, ILogger logger, CancellationToken stopped) : IDisposable
{
    private const long Never = long.MinValue;

    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Signal _wanted = new();
    private readonly HeldEvents _held = new();
    private readonly TailReader _reader = new(reader);
    private bool _holds;
    private TaskCompletionSource? _asked;
    private ITimer? _timer;
    private long _end;

    // The event at the head; null while only its number is known.
    private DeploymentEvent? _last;

    private volatile bool _isDue;
    private volatile LogLook? _look;
    private volatile Exception? _failure;
    private volatile bool _isTakenBack;
    private long _lookSince = Never;

    /// <summary>How often the end is looked at.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The last event that is known to be committed.</summary>
    public long End => Volatile.Read(ref _end);

    /// <inheritdoc cref="ILogLooks.Last" />
    public LogLook? Look => _look;

    /// <summary>True when the log can be read, and what is read does not come to its end.</summary>
    public bool IsBehind => Failure is null && Volatile.Read(ref _lookSince) is > Never and var begun && Stopwatch.GetElapsedTime(begun) > Unnoticed;

    /// <summary>Why the log cannot be read now; null while it can.</summary>
    public Exception? Failure => _failure
        ?? (_reader.IsUnanswered ? new DatabaseUnavailableException("The database does not answer: try again in a moment.") : null);

    /// <summary>The log ends here. Looking begins.</summary>
    public void Begin(long end)
    {
        Volatile.Write(ref _end, end);
        _timer = time.CreateTimer(_ => SetDue(), null, Interval, Interval);
        SetDue();
        _ = Task.Run(RunAsync);
    }

    /// <summary>Ends when everything is known that was committed before it was asked for: whoever asks while a look is being made waits for the next one.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be read.</exception>
    public Task CurrentAsync(CancellationToken cancel)
    {
        if (_isTakenBack)
        {
            return Task.FromException(new TakenBackException());
        }

        Task asked;
        lock (_lock)
        {
            asked = (_asked ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        _wanted.Pulse();
        return asked.WaitAsync(cancel);
    }

    /// <summary>As <see cref="EventLog.Offer"/>.</summary>
    public void Offer(ReadOnlySpan<CommittedEvent> events)
    {
        lock (_lock)
        {
            if (!_holds && events[0].Event.Sequence == followers.Head + 1)
            {
                followers.Apply(events);
                Know(events[^1].Event);
                return;
            }

            _holds = true;
            _held.Add(events);
            Volatile.Write(ref _end, Math.Max(_end, events[^1].Event.Sequence));
        }

        _wanted.Pulse();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer?.Dispose();
        _wanted.Pulse();
    }

    private void SetDue()
    {
        _isDue = true;
        _wanted.Pulse();
    }

    private async Task RunAsync()
    {
        while (!stopped.IsCancellationRequested)
        {
            var wanted = _wanted.Next;
            if (!TryBegin(out var last, out var asked))
            {
                // What was offered at the end of the last look may have its turn already.
                if (!ApplyHeld())
                {
                    await wanted;
                }

                continue;
            }

            try
            {
                await AdvanceAsync(last);
                asked?.TrySetResult();
                ApplyHeld();
                Succeed();
            }
            catch (Exception exception)
            {
                Fail(exception, asked);
                if (_isTakenBack)
                {
                    return;
                }

                await Task.Delay(Interval, time, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Begins a look when one is due; false when none is, and then the writer's thread applies what it offers unless something is held.</summary>
    /// <param name="last">The event at the head.</param>
    /// <param name="asked">Who waits for it.</param>
    private bool TryBegin(out DeploymentEvent? last, out TaskCompletionSource? asked)
    {
        lock (_lock)
        {
            var isDue = _asked is not null || _isDue;
            (last, asked) = (_last, _asked);
            if (isDue)
            {
                (_asked, _isDue) = (null, false);
            }

            _holds = isDue || _held.First is not null || followers.Head < _end;
            return isDue;
        }
    }

    /// <summary>Reads to the end, and gives the followers what is new.</summary>
    private async Task AdvanceAsync(DeploymentEvent? last)
    {
        Volatile.Write(ref _lookSince, Stopwatch.GetTimestamp());
        for (var isMore = true; isMore;)
        {
            var begun = time.GetTimestamp();
            (last, var next, isMore) = await _reader.ReadAsync(followers.Head, last);
            if (next.Count > 0)
            {
                Apply(CollectionsMarshal.AsSpan(next));
            }
            else if (last is not null)
            {
                Remember(last);
            }

            if (!isMore)
            {
                _look = new(begun, followers.Head);
            }
        }

        Volatile.Write(ref _lookSince, Never);
    }

    /// <summary>Applies what was held and has its turn; true when there was something.</summary>
    private bool ApplyHeld()
    {
        var isAny = false;
        while (TakeHeld() is { Count: > 0 } next)
        {
            Apply(CollectionsMarshal.AsSpan(next));
            isAny = true;
        }

        return isAny;
    }

    private List<CommittedEvent> TakeHeld()
    {
        lock (_lock)
        {
            return _held.TakeBehind(followers.Head);
        }
    }

    private void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        followers.Apply(events);
        Remember(events[^1].Event);
        followers.Pulse();
    }

    private void Remember(DeploymentEvent last)
    {
        lock (_lock)
        {
            Know(last);
        }
    }

    private void Know(DeploymentEvent last)
    {
        _last = last;
        // Behind the followers, so that nobody waits for one that is about to have it.
        Volatile.Write(ref _end, Math.Max(_end, last.Sequence));
    }

    private void Succeed()
    {
        if (_failure is not null)
        {
            _failure = null;
            Log.CanBeRead(logger);
        }
    }

    private void Fail(Exception exception, TaskCompletionSource? asked)
    {
        Volatile.Write(ref _lookSince, Never);
        if (asked?.TrySetException(exception) == true)
        {
            // Whoever asked may have gone away.
            _ = asked.Task.Exception;
        }

        if (stopped.IsCancellationRequested)
        {
            return;
        }

        if (exception is TakenBackException)
        {
            _isTakenBack = true;
            Log.TakenBack(logger, followers.Head);
            if (lifetime is not null)
            {
                Environment.ExitCode = 1;
                lifetime.StopApplication();
            }

            // Not one of those that are over in a moment.
            exception = new InvalidOperationException(exception.Message);
        }
        else if (_failure is null)
        {
            Log.CannotBeRead(logger, exception);
        }

        _failure = exception;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The log cannot be read: what other replicas write is not known here, and lists are answered 503; it is tried again ten times a second")]
        public static partial void CannotBeRead(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Information, "The log can be read again")]
        public static partial void CanBeRead(ILogger logger);

        [LoggerMessage(LogLevel.Critical,
            "The database no longer has event {Event}, or another one in its place: it was restored, or a server took over that had not got everything. The service ends, because it knows what is not true any more; it is to be started again")]
        public static partial void TakenBack(ILogger logger, long @event);
    }
}
