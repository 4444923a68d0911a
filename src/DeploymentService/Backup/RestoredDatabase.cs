using DeploymentService.Deployments;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Backup;

/// <summary>
/// Lets a database that was restored go on: with numbers that nobody has seen yet. What was numbered between the backup and the restore is in the hands of agents, which run no
/// number twice, of clients with their <c>If-Match</c>, and of followers of streams; and the same backup may be restored several times. So numbers go on at the microseconds
/// since 1970, which no two restores share, and which nothing that counts gets ahead of. JSON numbers are exact as far as that until the year 2255.
/// </summary>
public static class RestoredDatabase
{
    private const int DeploymentsAtOnce = 250;
    private static readonly TimeSpan ToleratedClock = TimeSpan.FromMinutes(1);

    /// <summary>Does it. Doing it again does no harm: numbers go on once more.</summary>
    /// <param name="database">The database.</param>
    /// <param name="writing">How changes are written.</param>
    /// <param name="runs">How many runs of a deployment are kept.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DatabaseUnusableException">The database or the clock cannot be used.</exception>
    /// <exception cref="DatabaseUnavailableException">The database does not answer.</exception>
    public static async Task<JumpResult> GoOnAsync(DatabaseOptions database, WritingOptions writing, RunsOptions runs, TimeProvider time)
    {
        long number;
        await using (var opened = await OpenedDatabase.ToWriteAsync(database, writing, time))
        {
            number = await NextNumberAsync(opened.Reader, time.GetUtcNow().UtcDateTime);
            await opened.Writer.WriteAsync(new Jump(number));
        }

        // Opened anew: the log that is appended to begins behind the jump.
        await using var after = await OpenedDatabase.ToWriteAsync(database, writing, time);
        return new(number, await RunAgainAsync(after, runs));
    }

    private static async Task<long> NextNumberAsync(IDatabaseReader reader, DateTime now)
    {
        var last = (await reader.ListAsync(LogQueries.Last, 0))[0];
        if (await reader.FirstAsync(LogQueries.Times, last) is { } latest && latest.Time > now + ToleratedClock)
        {
            throw new DatabaseUnusableException($"Nothing was changed: the clock says {now:u}, and the last event in the backup is from {latest.Time:u}. Set the clock right, because numbers go on by it.");
        }

        var greatest = (await reader.ListAsync(RestoreSql.Greatest, 0))[0];
        return Math.Max((now - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, greatest + (2 * SoftwareDeployment.FarAhead));
    }

    private static async Task<long> RunAgainAsync(OpenedDatabase opened, RunsOptions runs)
    {
        var (begun, after) = (0L, 0L);
        while (await opened.Reader.ListAsync(RestoreSql.InProgress, after, DeploymentsAtOnce) is [.., var last] next)
        {
            begun += await opened.Writer.WriteAsync(new RunRestored(opened.Log, next.ConvertAll(row => (row.ProjectId, row.Id)), runs));
            after = last.Number;
        }

        return begun;
    }
}

/// <summary>How a database goes on.</summary>
/// <param name="Number">From which number on.</param>
/// <param name="Begun">How many deployments that were in progress are run again.</param>
public sealed record JumpResult(long Number, long Begun);
