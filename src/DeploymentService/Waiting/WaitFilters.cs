using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Limits;

namespace DeploymentService.Waiting;

/// <summary>For how many different goals each caller waits: every change is held against each of them.</summary>
internal sealed class WaitFilters(CallerLimitsOptions options)
{
    private static readonly Fault TooMany = Fault.TooMany(
        "This token waits by too many different filters already (Limits:WaitFilters): wait for several deployments by one filter.", TimeSpan.FromSeconds(5));

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<(string ProjectId, WaitGoal Goal), int>> _callers = [];

    /// <summary>Counts a wait until the result is disposed of.</summary>
    /// <exception cref="FaultException">429: it is for one goal too many.</exception>
    public IDisposable Take(Caller caller, string projectId, WaitGoal goal)
    {
        lock (_lock)
        {
            var goals = _callers.GetValueOrDefault(caller.Id) ?? [];
            var waits = goals.GetValueOrDefault((projectId, goal));
            if (waits == 0 && options.WaitFilters > 0 && goals.Count >= options.WaitFilters)
            {
                throw new FaultException(TooMany);
            }

            goals[(projectId, goal)] = waits + 1;
            _callers[caller.Id] = goals;
            return new Place(this, caller.Id, projectId, goal);
        }
    }

    private void Leave(string callerId, string projectId, WaitGoal goal)
    {
        lock (_lock)
        {
            var goals = _callers[callerId];
            if (--goals[(projectId, goal)] == 0)
            {
                goals.Remove((projectId, goal));
                if (goals.Count == 0)
                {
                    _callers.Remove(callerId);
                }
            }
        }
    }

    private sealed class Place(WaitFilters filters, string callerId, string projectId, WaitGoal goal) : IDisposable
    {
        public void Dispose() => filters.Leave(callerId, projectId, goal);
    }
}
