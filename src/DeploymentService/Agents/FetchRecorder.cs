using System.Collections.Concurrent;
using System.Collections.Immutable;
using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>
/// Puts down that agents fetched what they have to run: the time for the server, and for each deployment the first fetch of an execution as an event.
/// The agent does not wait for that, and gets its document also while nothing can be written.
/// </summary>
public sealed partial class FetchRecorder(
    GroupCommitWriter writer, EventLog log, IAgentContacts contacts, TimeProvider time, ILogger<FetchRecorder> logger)
{
    private readonly ConcurrentDictionary<(string ProjectId, string ServerId), ImmutableHashSet<(string DeploymentId, long Execution)>> _pending = new();
    private readonly ConcurrentDictionary<(string ProjectId, string ServerId), ImmutableHashSet<Handout>> _underWay = new();

    /// <summary>
    /// The executions of a server that are on their way to it, and those whose fetch is still to be put down. One that ends before that was handed out all the same, and
    /// must not disappear from its server. To be asked before the rows are read, so that each fetch is in one of the two.
    /// </summary>
    public ImmutableHashSet<(string DeploymentId, long Execution)> Pending(string projectId, string serverId)
    {
        // In this order: what arrives is pending before it is no longer under way.
        List<(string, long)> underWay = [.. _underWay.GetValueOrDefault((projectId, serverId), []).SelectMany(handout => handout.Executions)];
        return _pending.GetValueOrDefault((projectId, serverId), []).Union(underWay);
    }

    /// <summary>A server's agent fetches what it has to run.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="serverId">The server whose agent it is.</param>
    /// <param name="actor">The agent.</param>
    /// <param name="mayBeNew">True when the server has a deployment, or the agent is bound to it: one who may name any server makes none by naming it.</param>
    public Handout Begin(string projectId, string serverId, Actor actor, bool mayBeNew)
    {
        contacts.RecordFetch(projectId, serverId, time.GetUtcNow().UtcDateTime, mayBeNew);
        return new(this, (projectId, serverId), actor);
    }

    /// <summary>One answer to an agent. Agents use it when they have the whole of it, so its executions are fetched when the end of it is sent.</summary>
    public sealed class Handout : IDisposable
    {
        private readonly FetchRecorder _recorder;
        private readonly (string ProjectId, string ServerId) _server;
        private readonly Actor _actor;
        private volatile ImmutableHashSet<(string DeploymentId, long Execution)> _executions = [];

        internal Handout(FetchRecorder recorder, (string ProjectId, string ServerId) server, Actor actor)
        {
            _recorder = recorder;
            _server = server;
            _actor = actor;
        }

        /// <summary>What is under way.</summary>
        internal ImmutableHashSet<(string DeploymentId, long Execution)> Executions => _executions;

        /// <summary>An execution that nobody had fetched before is about to be sent.</summary>
        public void Add((string DeploymentId, long Execution) execution)
        {
            if (_executions.IsEmpty)
            {
                _recorder._underWay.AddOrUpdate(_server, [this], (_, underWay) => underWay.Add(this));
            }

            _executions = _executions.Add(execution);
        }

        /// <summary>Puts the fetch down. Before the end of the answer is sent, so that the agent's report comes behind it.</summary>
        public void Complete()
        {
            foreach (var execution in _executions)
            {
                _recorder.Record(_server, execution, _actor);
            }

            Dispose();
        }

        /// <summary>Ends it. What is not complete by now did not reach the agent.</summary>
        public void Dispose()
        {
            if (_executions.IsEmpty)
            {
                return;
            }

            _executions = [];
            var left = _recorder._underWay.AddOrUpdate(_server, [], (_, underWay) => underWay.Remove(this));
            if (left.IsEmpty)
            {
                _recorder._underWay.TryRemove(new(_server, left));
            }
        }
    }

    /// <summary>Puts down that a server's agent asked with a URL of its own that is no longer good.</summary>
    public void RecordInVain(string projectId, string serverId, bool hasExpired) =>
        contacts.RecordExpiredPoll(projectId, serverId, time.GetUtcNow().UtcDateTime, hasExpired);

    private void Record((string ProjectId, string ServerId) server, (string DeploymentId, long Execution) execution, Actor actor)
    {
        _pending.AddOrUpdate(server, [execution], (_, pending) => pending.Add(execution));
        _ = WriteAsync(new Fetch(log, actor, server.ProjectId, execution.DeploymentId, execution.Execution), server, execution);
    }

    private async Task WriteAsync(Fetch fetch, (string ProjectId, string ServerId) server, (string DeploymentId, long Execution) execution)
    {
        try
        {
            await writer.WriteAsync(fetch);
            var left = _pending.AddOrUpdate(server, [], (_, pending) => pending.Remove(execution));
            if (left.IsEmpty)
            {
                _pending.TryRemove(new(server, left));
            }
        }
        catch (Exception exception)
        {
            // The next poll tries again: the execution is still pending.
            Log.NotRecorded(logger, exception);
        }
    }

    private sealed class Fetch(EventLog log, Actor actor, string projectId, string deploymentId, long execution)
        : RecordedChange<bool>(log, actor)
    {
        internal override void Require(RowKeys keys) => keys.Deployment(projectId, deploymentId);

        /// <summary>Marks an execution as fetched, once, also when it has ended since. No state of the deployment's own changes by it.</summary>
        protected override bool Run(IWriteTransaction rows)
        {
            // Two polls may see that it is new; the second finds it fetched.
            if (rows.Deployment(projectId, deploymentId) is not { FetchedTime: null } current || current.Execution != execution)
            {
                return false;
            }

            var fetched = current with { FetchedTime = rows.Now, ExecutionIsOnServer = true };
            rows.Save(current, fetched);
            Record(rows, fetched, new(EventKind.Fetched, fetched.Status));
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A fetch could not be recorded")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
