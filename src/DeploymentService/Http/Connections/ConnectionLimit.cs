using Microsoft.AspNetCore.Connections;

namespace DeploymentService.Http.Connections;

/// <summary>Counts the connections of all endpoints, and says when there are too many.</summary>
public sealed partial class ConnectionLimit(LimitsOptions options, TimeProvider time, ILogger<ConnectionLimit> logger)
{
    // One line says as much as a thousand.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _open;
    private long _refused;
    private long? _logged;

    /// <summary>How many were closed since the start because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a connection in until it is closed. False when there are too many.</summary>
    internal bool TryTake(ConnectionContext connection)
    {
        if (Interlocked.Increment(ref _open) > options.Connections && options.Connections > 0)
        {
            Interlocked.Decrement(ref _open);
            Note();
            return false;
        }

        connection.ConnectionClosed.UnsafeRegister(static limit => Interlocked.Decrement(ref ((ConnectionLimit)limit!)._open), this);
        return true;
    }

    private void Note()
    {
        long refused;
        lock (_lock)
        {
            _refused++;
            if (_logged is { } then && time.GetElapsedTime(then) < Pause)
            {
                return;
            }

            _logged = time.GetTimestamp();
            refused = _refused;
        }

        Log.Refused(logger, options.Connections, refused);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Open} connections are open, as many as may be (Limits:Connections): new ones are closed, {Refused} since the start")]
        public static partial void Refused(ILogger logger, int open, long refused);
    }
}
