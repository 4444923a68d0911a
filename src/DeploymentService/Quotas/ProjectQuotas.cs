using System.Collections.Concurrent;
using System.Globalization;
using DeploymentService.Http;

namespace DeploymentService.Quotas;

/// <summary>
/// Asked before something is made, and never before a report. What is being made counts until it is there, so that of several who ask at once none too many are let in. Each
/// replica counts what it makes itself at once, and what others make as soon as it hears of it.
/// </summary>
public sealed class ProjectQuotas(QuotaOverrides overrides, IFleetSize fleet, ProjectCounts counts) : IDisposable
{
    // So near to a quota it is looked at what other processes have written.
    private const long Near = 100;

    private const int MostLooks = 3;

    // What holds others up is one write.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ProjectHolds> _projects = new();

    private readonly record struct Exceeded(QuotaKind Kind, long Used, long Needed, long Limit, bool IsHeld);

    /// <summary>Makes room for something until the result is disposed of.</summary>
    /// <exception cref="FaultException">403: there is no room; it says of what.</exception>
    public async ValueTask<QuotaHold> HoldAsync(string projectId, QuotaWish wish, CancellationToken cancel)
    {
        var limits = await overrides.OfAsync(projectId);
        var holds = _projects.GetOrAdd(projectId, _ => new());
        await holds.Turn.WaitAsync(cancel);
        try
        {
            while (true)
            {
                // Before looking at what there is: what ends in between counts twice for a moment, and never not at all.
                var (next, held) = (holds.Released.Next, holds.Amounts());
                var amounts = new long[QuotaWords.Kinds.Count];
                var exceeded = new List<Exceeded>();
                foreach (var kind in QuotaWords.Kinds)
                {
                    if (wish.Of(kind) > 0 && limits.Of(kind) is > 0 and var limit)
                    {
                        var (used, needed) = await LookAsync(projectId, kind, wish, limit - held[(int)kind], cancel);
                        amounts[(int)kind] = needed;
                        if (used + held[(int)kind] + needed > limit && needed > 0)
                        {
                            exceeded.Add(new(kind, used, needed, limit, held[(int)kind] > 0));
                        }
                    }
                }

                if (exceeded.Count == 0)
                {
                    holds.Add(amounts);
                    return new(holds, amounts, kind => counts.Add(projectId, kind, amounts[(int)kind]));
                }

                if (!exceeded.Exists(one => one.IsHeld))
                {
                    throw new FaultException(FaultOf(projectId, exceeded));
                }

                await Task.WhenAny(next, Task.Delay(Patience, cancel));
                cancel.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            holds.Turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var holds in _projects.Values)
        {
            holds.Dispose();
        }
    }

    /// <summary>How much of a kind a project has, and how much the wish adds; as exactly as the room that there is needs it.</summary>
    private async ValueTask<(long Used, long Needed)> LookAsync(string projectId, QuotaKind kind, QuotaWish wish, long room, CancellationToken cancel)
    {
        var needed = wish.Of(kind);
        if (kind is not (QuotaKind.Deployments or QuotaKind.Servers))
        {
            var known = await counts.AboutAsync(projectId, kind) ?? 0;
            return (known + needed > room ? await counts.AnewAsync(projectId, kind) ?? 0 : known, needed);
        }

        if (!fleet.IsKnown)
        {
            // For some seconds after a start.
            return (0, 0);
        }

        var used = InFleet();
        if (used + needed + Near > room)
        {
            await fleet.CurrentAsync(cancel);
            used = InFleet();
        }

        if (kind == QuotaKind.Servers)
        {
            return (used, used + needed > room ? fleet.CountNew(projectId, wish.Servers) : needed);
        }

        if (wish.DeploymentsAsync is not { } askAsync)
        {
            return (used, needed);
        }

        var (exactly, promised) = await askAsync(room - used);
        for (var look = 0; look < MostLooks && await IsOtherAsync(); look++)
        {
            // What was promised has been made meanwhile.
            (exactly, promised) = await askAsync(room - used);
        }

        return (used + promised, exactly);

        async ValueTask<bool> IsOtherAsync()
        {
            await fleet.CurrentAsync(cancel);
            var before = used;
            used = InFleet();
            return used != before;
        }

        long InFleet() => kind == QuotaKind.Servers ? fleet.Of(projectId).Servers : fleet.Of(projectId).Deployments;
    }

    private static Fault FaultOf(string projectId, List<Exceeded> exceeded) => Fault.QuotaExceeded(
        string.Join("; ", exceeded.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"The quota of {QuotaWords.Of(one.Kind)} is {one.Limit}, {one.Used} are used, and this needs {one.Needed} more")))
        + $". Delete what is not needed any more, or ask an admin for more (PUT /v1/{projectId}/quotas).");
}
