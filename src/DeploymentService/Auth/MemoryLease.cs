using DeploymentService.Storage;

namespace DeploymentService.Auth;

/// <summary>
/// For how long memory counts without a look at the log. On a database of this process alone it is exact. On a shared one it counts for a second from the beginning
/// of the last look that succeeded; and who has revoked something is answered when that second is over everywhere. Only durations are compared, and no clocks.
/// </summary>
public sealed class MemoryLease(IWriteEngine engine, EventLog log, TimeProvider time)
{
    /// <summary>How long that is.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    // Timers may be early by a tick of a coarse clock.
    private static readonly TimeSpan Wait = Length + TimeSpan.FromMilliseconds(50);

    /// <summary>True when other processes may change what is in memory here.</summary>
    public bool IsShared => engine.IsShared;

    /// <summary>True while what a follower knows is good enough to answer with.</summary>
    /// <param name="position">The last event that the follower has taken.</param>
    public bool Covers(long? position) => engine.IsShared
        ? log.Last is { } look && position >= look.End && time.GetElapsedTime(look.Begun) < Length
        : position >= log.End;

    /// <summary>Waits until nobody goes by what was before a change that is on the disk.</summary>
    // Real time, whatever clock tokens are judged by: the others' memory goes by that.
    public Task RunOutAsync() => engine.IsShared ? Task.Delay(Wait) : Task.CompletedTask;
}
