using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <content>When servers were heard of: what is to be put down, and what other replicas have put down.</content>
public sealed partial class FleetIndex
{
    /// <summary>The latest time at which a row of a server was written, of those that were read.</summary>
    internal DateTime LastWritten { get; private set; } = DateTime.UnixEpoch;

    /// <summary>The servers that were heard of since they were last taken.</summary>
    internal IReadOnlyCollection<FleetServer> TakeHeard()
    {
        lock (_lock)
        {
            var heard = _heard;
            _heard = [];
            return heard;
        }
    }

    /// <summary>What is to be put down of servers; of the others some is kept for later.</summary>
    /// <param name="servers">The servers, not too many at once.</param>
    /// <param name="tolerance">By how much a row may be older.</param>
    internal List<(FleetServer Server, HeardServer Put)> ToPut(IEnumerable<FleetServer> servers, TimeSpan tolerance)
    {
        lock (_lock)
        {
            var puts = new List<(FleetServer, HeardServer)>();
            foreach (var server in servers)
            {
                if (server.IsToPut(tolerance))
                {
                    puts.Add((server, server.ToPut()));
                }
                else if (server.IsToPut(TimeSpan.Zero))
                {
                    _heard.Add(server);
                }
            }

            return puts;
        }
    }

    /// <summary>Takes note that it is put down.</summary>
    internal void EndPut(List<(FleetServer Server, HeardServer Put)> puts)
    {
        lock (_lock)
        {
            foreach (var (server, put) in puts)
            {
                if (server.Removal?.Time == put.RemovedTime)
                {
                    server.Stored = new(put.LastFetchTime, put.LastReportTime, IsRemoved: false);
                }
            }
        }
    }

    /// <summary>Servers that could not be put down have their turn again.</summary>
    internal void KeepHeard(IEnumerable<FleetServer> servers)
    {
        lock (_lock)
        {
            _heard.UnionWith(servers);
        }
    }

    /// <summary>Forgets the servers that have no deployment any more and were not heard of since a time: they were given up, and are not silent.</summary>
    internal List<ServerKey> ForgetServers(DateTime since)
    {
        lock (_lock)
        {
            List<FleetServer> forgotten = [.. _projects.Values.SelectMany(project => project.EvictServers(since))];
            _heard.ExceptWith(forgotten);
            return [.. forgotten.Select(server => new ServerKey(server.ProjectId, server.Id))];
        }
    }

    /// <summary>Takes what the row of a server says, which any replica may have written.</summary>
    /// <param name="contact">The row.</param>
    /// <param name="position">An event that was committed before the row was read.</param>
    internal void Load(ServerContact contact, long position)
    {
        lock (_lock)
        {
            LastWritten = contact.WrittenTime > LastWritten ? contact.WrittenTime : LastWritten;
            var project = ProjectOf(contact.ProjectId);
            var server = project.ServerOf(contact.ServerId);
            if (server.Removal?.Sequence > position)
            {
                // The row may be from before that.
                return;
            }

            if (contact.RemovedAfter is { } after)
            {
                // While the log is followed it has said so already.
                if (server.Removal is null)
                {
                    project.Hide(server, new(after, contact.WrittenTime, position), isHeard: server.LastHeard is not null);
                }

                return;
            }

            server.Hear(contact.LastFetchTime, contact.LastReportTime);
            server.Stored = new(contact.LastFetchTime, contact.LastReportTime, IsRemoved: false);
            project.Show(server);
        }
    }
}
