using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>What is to be done for a rollout, as it seems beside the writer. The change looks at each of it again.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="Ended">Servers that seem to be at their end, some at a time.</param>
/// <param name="Late">Servers that seem to be overdue, where they stop it: as many as the limit of failures asks for.</param>
/// <param name="LateCount">How many seem to be overdue in all.</param>
/// <param name="Next">The servers that are next, where it seems to be their turn.</param>
internal sealed record RolloutLook(
    Rollout Rollout, IReadOnlyList<ServerNews> Ended, IReadOnlyList<ServerNews> Late, long LateCount, IReadOnlyList<NextServer> Next)
{
    // What one change begins or ends: about ten milliseconds of the writer, so that others get through.
    private const int ServersAtOnce = 250;
    private const long BytesAtOnce = 4 << 20;

    /// <summary>True when more seem to be at their end than are named.</summary>
    public required bool HasMoreEnded { get; init; }

    /// <summary>How many bytes a change reads and writes for it.</summary>
    public long Size => Ended.Concat(Late).Sum(server => server.Size) + Next.Sum(server => SizeOf(Rollout, server));

    /// <summary>True when nothing is to be done.</summary>
    public required bool IsIdle { get; init; }

    /// <summary>True when some of its deployments were run by hand, so that what happens to them does not say whose they are.</summary>
    public required bool HasStrays { get; init; }

    /// <summary>When it goes on by itself, UTC; null when it waits for something else.</summary>
    public required DateTime? ResumeTime { get; init; }

    /// <summary>Looks at a rollout; null when there is none with that id.</summary>
    public static async Task<RolloutLook?> AtAsync(IDatabaseReader reader, (string ProjectId, string Id) key, DateTime now)
    {
        if (await reader.FirstAsync(RolloutQueries.Find, key) is not { } rollout)
        {
            return null;
        }

        var news = rollout.InProgress == 0 ? [] : await reader.ListAsync(RolloutQueries.News, rollout);
        var ended = news.Where(server => OutcomeOf(rollout, server) is not null).ToList();
        var late = news.Where(server => IsLate(rollout, server)).ToList();
        var failed = ended.Count(server => OutcomeOf(rollout, server) == RolloutOutcome.Failed);
        // What would become of it: most looks find nothing.
        var state = new RolloutState(rollout, now);
        state.End(ended.Count - failed, failed);
        var begun = state.Advance(late.Count, state.Row.InProgress - late.Count);
        // Those that stop it with the failures that there are, or none where they do not.
        var more = rollout.FailureLimit is { } limit ? limit + 1 - rollout.Failed - failed : 0;
        var needed = more > 0 && more <= late.Count ? more : 0;
        var named = Cut(ended, server => server.Size);
        return new(
            rollout,
            named,
            late.Take((int)needed).ToList(),
            late.Count,
            begun > 0 ? await NextAsync(reader, rollout) : [])
        {
            HasMoreEnded = named.Count < ended.Count,
            IsIdle = !state.IsChanged && begun == 0,
            HasStrays = news.Any(server => server.RolloutId is null),
            ResumeTime = state.Row.Status == RolloutStatus.InProgress ? state.Row.ResumeTime : null,
        };
    }

    /// <summary>How many servers of a rollout seem to be overdue.</summary>
    public static async Task<long> LateAsync(IDatabaseReader reader, Rollout rollout) =>
        rollout.InProgress == 0 ? 0 : (await reader.ListAsync(RolloutQueries.News, rollout)).LongCount(server => IsLate(rollout, server));

    private static bool IsLate(Rollout rollout, ServerNews server) => OutcomeOf(rollout, server) is null && server.Lateness == (long)Lateness.Overdue;

    /// <summary>What became of a server; null while it is in progress.</summary>
    private static RolloutOutcome? OutcomeOf(Rollout rollout, ServerNews server) =>
        RolloutOutcomes.Of(rollout, server.Status, server.ConfigId, server.RolloutId)?.Outcome;

    private static async Task<IReadOnlyList<NextServer>> NextAsync(IDatabaseReader reader, Rollout rollout)
    {
        var next = Cut(await reader.ListAsync(RolloutQueries.Next, rollout, ServersAtOnce), server => SizeOf(rollout, server));
        if (!rollout.SkipDone || next.Count == 0)
        {
            return next;
        }

        var done = (await reader.ListAsync(RolloutQueries.Done, (rollout, next[^1].Position)))
            .Where(server => RolloutOutcomes.IsSameRun(rollout, server.Action, server.InputValues))
            .ToLookup(server => server.Position, server => server.DeploymentId);
        // Where there is one of the rollout's name, that one says which config the server has: another may be from before.
        return [.. next.Select(server => server with { DoneId = done[server.Position].FirstOrDefault(id => server.DeploymentId is null || id == server.DeploymentId) })];
    }

    /// <summary>A server is begun with a copy of the inputs, and its deployment's last run is kept.</summary>
    private static long SizeOf(Rollout rollout, NextServer server) => server.Size + (rollout.InputValues?.Utf8.Length ?? 0);

    /// <summary>As many of the first as one change may have; one at least.</summary>
    private static List<T> Cut<T>(IEnumerable<T> servers, Func<T, long> sizeOf)
    {
        var (taken, bytes) = (new List<T>(), 0L);
        foreach (var server in servers.Take(ServersAtOnce))
        {
            bytes += sizeOf(server);
            if (taken.Count > 0 && bytes > BytesAtOnce)
            {
                break;
            }

            taken.Add(server);
        }

        return taken;
    }
}
