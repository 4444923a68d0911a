using DeploymentService.Agents;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>
/// What operators ask of all deployments at once, in memory: to find, to sort and to count 100,000 of them takes milliseconds, and a report pays for
/// it with one small object instead of a page of every index. It is loaded when the service has started, and follows the log from the position at which
/// the loading began; a <see cref="CurrentFleet"/> is one that has come to the end.
/// </summary>
public sealed partial class FleetIndex : ILogFollower, IAgentContacts
{
    private const int LookedAtOnce = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProjectFleet> _projects = [];
    private HashSet<FleetServer> _heard = [];
    private volatile TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position = -1;

    /// <summary>A deployment has changed, or is gone: its project and its number. Under the lock, so whoever hears of it must not wait.</summary>
    internal event Action<string, long>? Changed;

    /// <inheritdoc />
    public string Name => "fleet";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <summary>Ends when everything that was stored is in memory. Fails with 503 when that went wrong; another attempt is another task.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Looks at a project. Who wants to find what was written waits for <see cref="CurrentFleet"/> before.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="look">What to do under the lock: briefly, because the writer waits for it. A project without anything is an empty one.</param>
    public TResult Look<TResult>(string projectId, Func<ProjectFleet, TResult> look)
    {
        lock (_lock)
        {
            return look(_projects.GetValueOrDefault(projectId) ?? new ProjectFleet(projectId));
        }
    }

    /// <summary>Looks at one after the other under the lock, some hundred at a time, so that the writer never waits long.</summary>
    /// <param name="items">What to look at; how many it are is bounded by nothing.</param>
    /// <param name="look">What to do under the lock.</param>
    public IEnumerable<TResult> LookAtEach<T, TResult>(IEnumerable<T> items, Func<T, TResult> look)
    {
        foreach (var chunk in items.Chunk(LookedAtOnce))
        {
            TResult[] results;
            lock (_lock)
            {
                results = Array.ConvertAll(chunk, item => look(item));
            }

            foreach (var result in results)
            {
                yield return result;
            }
        }
    }

    /// <inheritdoc />
    public void RecordFetch(string projectId, string serverId, DateTime time, bool mayBeNew)
    {
        lock (_lock)
        {
            if ((mayBeNew ? ProjectOf(projectId) : _projects.GetValueOrDefault(projectId)) is not { } project
                || (mayBeNew ? project.ServerOf(serverId) : project.FindServer(serverId)) is not { } server)
            {
                return;
            }

            server.Hear(time, null);
            server.PollsInVain = null;
            project.Show(server);
            _heard.Add(server);
        }
    }

    /// <inheritdoc />
    public void RecordExpiredPoll(string projectId, string serverId, DateTime time, bool hasExpired)
    {
        lock (_lock)
        {
            if (_projects.GetValueOrDefault(projectId)?.FindServer(serverId) is { } server)
            {
                server.PollsInVain = new(server.PollsInVain?.Since ?? time, time, hasExpired);
            }
        }
    }

    /// <inheritdoc />
    // What is stored is loaded first.
    public void Begin(long end)
    {
    }

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        lock (_lock)
        {
            foreach (ref readonly var committed in events)
            {
                if (committed.Event.Subject is null)
                {
                    Apply(committed);
                }
                else if (committed.Event is { Subject: EventSubject.Server, Kind: ServerEvents.Removed })
                {
                    Remove(committed.Event);
                }

                Volatile.Write(ref _position, committed.Event.Sequence);
            }
        }
    }

    /// <summary>Counts an event that happened before the position from which the log is followed.</summary>
    internal void Load(DeploymentEvent evt)
    {
        if (evt.Subject is null)
        {
            lock (_lock)
            {
                Count(ProjectOf(evt.ProjectId), evt);
            }
        }
    }

    /// <summary>Loads a deployment, behind those with lower numbers.</summary>
    internal void Load(in FleetEntryRow row)
    {
        lock (_lock)
        {
            var project = ProjectOf(row.ProjectId);
            project.Upsert(new()
            {
                Number = row.Number,
                Id = row.Id,
                Server = project.ServerOf(row.ServerId),
                Config = project.FindConfig(row.ConfigId) ?? project.AddConfig(row.ConfigId, row.ConfigName),
                Action = row.Action,
                Status = DeploymentStatus.Intern(row.Status),
                Reason = FleetEntries.Shared(row.Reason),
                ChangedTime = row.ChangedTime,
                Lateness = row.Lateness,
                RolloutId = project.Shared(row.RolloutId),
            });
        }
    }

    /// <summary>Everything is loaded that the log says up to a position, and perhaps more: what is applied again makes no difference.</summary>
    internal void EndLoading(long position)
    {
        Volatile.Write(ref _position, position);
        _loaded.TrySetResult();
    }

    /// <summary>An attempt to load begins, and whoever asks waits for it.</summary>
    internal void BeginLoading()
    {
        if (_loaded.Task.IsFaulted)
        {
            _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>An attempt has failed, which everybody is told who asks before the next one.</summary>
    internal void FailLoading() =>
        _loaded.TrySetException(new FaultException(Fault.Unavailable("The deployments could not be loaded yet: try again in a moment.")));

    private void Apply(in CommittedEvent committed)
    {
        var (evt, deployment) = committed;
        var project = ProjectOf(evt.ProjectId);
        if (evt.IsReport)
        {
            var server = project.ServerOf(evt.ServerId);
            server.Hear(null, evt.Time);
            project.Show(server);
            _heard.Add(server);
        }

        if (deployment is null)
        {
            project.Remove(evt.DeploymentNumber);
        }
        else
        {
            var entry = FleetEntries.Of(project, deployment, committed.ConfigName);
            if (project.Upsert(entry))
            {
                // That it is shown again is to be put down too.
                _heard.Add(entry.Server);
            }
        }

        // At last, because what throws before it is done again.
        Count(project, evt);
        Changed?.Invoke(evt.ProjectId, evt.DeploymentNumber);
    }

    /// <summary>Hides a server that was removed until it is heard of again.</summary>
    private void Remove(DeploymentEvent evt)
    {
        var project = ProjectOf(evt.ProjectId);
        var server = project.ServerOf(evt.ServerId);
        project.Hide(server, new(ServerEvents.RemovedAfter(evt), evt.Time, evt.Sequence), isHeard: false);
        // Where rows that were read are ahead of the log, it is shown again already, and that is to be put down.
        _heard.Add(server);
    }

    private static void Count(ProjectFleet project, DeploymentEvent evt) => project.Hours.Add(
        evt.Time,
        EventKind.IsReport(evt.Kind),
        evt.StatusTo == DeploymentStatus.Failed && evt.StatusFrom != DeploymentStatus.Failed);

    private ProjectFleet ProjectOf(string projectId)
    {
        if (!_projects.TryGetValue(projectId, out var project))
        {
            project = new ProjectFleet(projectId);
            _projects.Add(projectId, project);
        }

        return project;
    }
}
