using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>Puts down when servers were heard of; false when one of them was removed meanwhile, and who heard of it does not know that yet.</summary>
internal sealed class PutServers(IReadOnlyList<HeardServer> servers) : Change<bool>
{
    protected override bool Execute(IWriteTransaction rows)
    {
        var now = rows.Now;
        return rows.Execute(ServerSql.Put, [.. servers.Select(server => (server, now))]) == servers.Count;
    }
}

/// <summary>Forgets servers that are removed, or were not heard of since a time.</summary>
internal sealed class DeleteServers(IReadOnlyList<ServerKey> servers, DateTime since) : Change<int>
{
    public override SpaceNeed Need => SpaceNeed.None;

    protected override int Execute(IWriteTransaction rows) => rows.Execute(ServerSql.Delete, [.. servers.Select(server => (server, since))]);
}
