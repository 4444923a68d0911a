using System.Diagnostics;
using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>Reads the log behind an event, and sees each time that the event is still there.</summary>
internal sealed class TailReader(IDatabaseReader reader)
{
    // About a megabyte.
    private const int EventsAtOnce = 1000;

    private const long Never = long.MinValue;

    private long _since = Never;

    /// <summary>True when the database has not answered for a second, by the time that it takes, whatever the clock says.</summary>
    public bool IsUnanswered => Volatile.Read(ref _since) is > Never and var begun && Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(1);

    /// <summary>Reads what comes behind an event.</summary>
    /// <param name="head">Its number; 0 for none.</param>
    /// <param name="last">The event; null where only its number is known.</param>
    /// <returns>The event that is the last now, what comes behind the given one, and whether there may be more.</returns>
    /// <exception cref="TakenBackException">The event is not there.</exception>
    public async Task<(DeploymentEvent? Last, List<CommittedEvent> Next, bool IsMore)> ReadAsync(long head, DeploymentEvent? last)
    {
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        try
        {
            // One more than is wanted: the first is known already.
            var events = await reader.ListAsync(LogQueries.Tail, (Math.Max(head, 1) - 1, long.MaxValue), EventsAtOnce + 1);
            var isMore = events.Count > EventsAtOnce;
            var isThere = events.Count > 0 && events[0].Event.Sequence == head;
            if (isThere ? last is not null && !IsSame(events[0].Event, last) : head > 0 && events.Count == 0)
            {
                throw new TakenBackException();
            }

            last = events.Count > 0 ? events[^1].Event : last;
            events.RemoveRange(0, isThere ? 1 : 0);
            if (events.Exists(static committed => committed.Event is { Subject: EventSubject.Service, Kind: EventSubject.Restored }))
            {
                throw new TakenBackException();
            }

            return (last, events, isMore);
        }
        finally
        {
            Volatile.Write(ref _since, Never);
        }
    }

    private static bool IsSame(DeploymentEvent one, DeploymentEvent other) =>
        one.RequestId == other.RequestId && one.DeploymentId == other.DeploymentId && one.ServerId == other.ServerId && one.Kind == other.Kind && one.Time == other.Time;
}

/// <summary>
/// The database has lost what was read in it. When an event is another one than it was, or the log ends before it, an older copy was put in its place, or a server took over that
/// had not got everything. (One that is missing before others is purged.) Numbers have no gaps but one for each restore, and the event behind that says so.
/// </summary>
internal sealed class TakenBackException() : DatabaseUnavailableException("The service starts again, because its database is another one: try again in a moment.");
