using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>
/// What operators ask of all deployments at once, in memory: to find, to sort and to count 100,000 of them takes milliseconds, and a report pays for
/// it with one small object instead of a page of every index. It is loaded when the service has started, and follows the writer from then on, so that whoever
/// was answered finds what he has written.
/// </summary>
public sealed class FleetIndex : ICommitSubscriber
{
    private const int LookedAtOnce = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProjectFleet> _projects = [];
    private readonly HashSet<FleetServer> _dirty = [];
    private volatile TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Deployments behind this one come from the database later; those before are followed already.
    private long _loadedNumber;

    // Events up to this one are counted from the database, and while it is not known which that is, all are.
    private long _countedEvents = long.MaxValue;
    private bool _isLoaded;

    /// <summary>Ends when everything that was stored is in memory. Fails with 503 when that went wrong; another attempt is another task.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Looks at a project. Everything must be <see cref="Loaded"/>.</summary>
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

    /// <summary>Hears that a server's agent asked what to run.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="time">When, UTC.</param>
    /// <param name="mayBeNew">False when whoever asked could name any server: then one that is not known is not made for it.</param>
    public void RecordFetch(string projectId, string serverId, DateTime time, bool mayBeNew)
    {
        lock (_lock)
        {
            if ((mayBeNew ? ProjectOf(projectId) : _projects.GetValueOrDefault(projectId)) is not { } project
                || (mayBeNew ? project.ServerOf(serverId) : project.FindServer(serverId)) is not { } server)
            {
                return;
            }

            server.LastFetchTime = time;
            server.PollsInVain = null;
            project.Show(server);
            _dirty.Add(server);
        }
    }

    /// <summary>Hears that the agent of a server asked with a URL that is no longer good. A server without anything to run is not remembered for it.</summary>
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
    public void OnCommitted(in CommittedEvent committed)
    {
        var (evt, deployment, isReport, configName) = committed;
        lock (_lock)
        {
            var project = ProjectOf(evt.ProjectId);
            if (evt.Sequence > _countedEvents)
            {
                Count(project, evt);
            }

            if (isReport)
            {
                var server = project.ServerOf(evt.ServerId);
                server.LastReportTime = evt.Time;
                project.Show(server);
                _dirty.Add(server);
            }

            if (!_isLoaded && evt.DeploymentNumber > _loadedNumber)
            {
                return;
            }

            if (deployment is null)
            {
                project.Remove(evt.DeploymentNumber);
            }
            else if (!project.IsGone(evt.DeploymentNumber))
            {
                var entry = EntryOf(project, deployment, configName);
                if (project.Put(entry))
                {
                    // That it is shown again is to be put down too.
                    _dirty.Add(entry.Server);
                }
            }
        }
    }

    /// <summary>Hides a server that was removed until it is heard of again. Only the writer calls this, when that is on the disk.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="after">The number of the last deployment that there was.</param>
    internal void Remove(string projectId, string serverId, long after)
    {
        lock (_lock)
        {
            var project = ProjectOf(projectId);
            var server = project.ServerOf(serverId);
            project.Hide(server, after);
            // What was known of it may be on its way to the disk.
            _dirty.Add(server);
        }
    }

    /// <summary>How many servers were heard of that nobody has taken.</summary>
    internal int HeardOf
    {
        get
        {
            lock (_lock)
            {
                return _dirty.Count;
            }
        }
    }

    /// <summary>Takes servers that were heard of since they were last taken, at most so many.</summary>
    internal List<ServerContact> DrainDirtyServers(int most)
    {
        lock (_lock)
        {
            var taken = _dirty.Take(most).ToList();
            _dirty.ExceptWith(taken);
            return taken.ConvertAll(ServerContact.Of);
        }
    }

    /// <summary>Forgets the servers that have no deployment any more and were not heard of since a time: they were given up, and are not silent.</summary>
    internal List<ServerContact> ForgetServers(DateTime since)
    {
        lock (_lock)
        {
            List<FleetServer> forgotten = [.. _projects.Values.SelectMany(project => project.ForgetServers(since))];
            _dirty.ExceptWith(forgotten);
            return [.. forgotten.Select(ServerContact.Of)];
        }
    }

    /// <summary>Does a part of the loading, so that no change falls between what it reads and what it puts here.</summary>
    internal TResult Load<TResult>(Func<FleetIndex, TResult> part)
    {
        lock (_lock)
        {
            return part(this);
        }
    }

    /// <summary>Loads a server, unless it was heard of since.</summary>
    internal void Put(ServerContact contact)
    {
        var project = ProjectOf(contact.ProjectId);
        var server = project.ServerOf(contact.ServerId);
        if (contact.RemovedAfter is { } after && server.LastHeard is null)
        {
            project.Hide(server, after);
        }

        server.LastFetchTime ??= contact.LastFetchTime;
        server.LastReportTime ??= contact.LastReportTime;
    }

    /// <summary>Loads a deployment.</summary>
    internal void Put(string projectId, FleetEntryRow row)
    {
        var project = ProjectOf(projectId);
        project.Put(new()
        {
            Number = row.Number,
            Id = row.Id,
            Server = project.ServerOf(row.ServerId),
            Config = project.FindConfig(row.ConfigId) ?? project.AddConfig(row.ConfigId, row.ConfigName),
            Action = row.Action,
            Status = DeploymentStatus.Intern(row.Status),
            Reason = Shared(row.Reason),
            ChangedTime = row.ChangedTime,
            Lateness = row.Lateness,
        });
        _loadedNumber = row.Number;
    }

    /// <summary>From which event on events are counted as they come, because those before are counted from the database.</summary>
    internal void CountFrom(long sequence) => _countedEvents = sequence;

    /// <summary>Counts an event of the database.</summary>
    internal void Count(DeploymentEvent evt) => Count(ProjectOf(evt.ProjectId), evt);

    /// <summary>Everything is loaded.</summary>
    internal void EndLoading()
    {
        _isLoaded = true;
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

    private static void Count(ProjectFleet project, DeploymentEvent evt) => project.Hours.Add(
        evt.Time,
        EventKind.IsReport(evt.Kind),
        evt.StatusTo == DeploymentStatus.Failed && evt.StatusFrom != DeploymentStatus.Failed);

    private static string? Shared(string? reason) => reason switch
    {
        DeploymentStatus.DataAvailable => DeploymentStatus.DataAvailable,
        DeploymentStatus.OutputsReceived => DeploymentStatus.OutputsReceived,
        _ => DeploymentEvent.Shorten(reason),
    };

    private ProjectFleet ProjectOf(string projectId)
    {
        if (!_projects.TryGetValue(projectId, out var project))
        {
            project = new ProjectFleet(projectId);
            _projects.Add(projectId, project);
        }

        return project;
    }

    private static FleetEntry EntryOf(ProjectFleet project, SoftwareDeployment deployment, string? configName)
    {
        var known = project.Find(deployment.Sequence);
        return new()
        {
            Number = deployment.Sequence,
            Id = known?.Id ?? Guid.Parse(deployment.Id),
            Server = known?.Server ?? project.ServerOf(deployment.ServerId),
            Config = known?.Config.Id == deployment.ConfigId ? known.Config
                : project.FindConfig(deployment.ConfigId) ?? project.AddConfig(deployment.ConfigId, configName),
            Action = deployment.Action,
            Status = DeploymentStatus.Intern(deployment.Status),
            Reason = Shared(deployment.StatusReason),
            ChangedTime = deployment.UpdatedTime ?? deployment.CreationTime,
            Lateness = deployment.Lateness,
        };
    }
}
