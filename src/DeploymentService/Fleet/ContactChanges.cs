using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>Puts down what is known of servers.</summary>
internal sealed class PutServers(IReadOnlyList<ServerContact> contacts) : Change<int>
{
    protected override int Execute(IWriteTransaction rows) => rows.Execute(ServerSql.Put, contacts);
}

/// <summary>Forgets servers.</summary>
internal sealed class DeleteServers(IReadOnlyList<ServerContact> contacts) : Change<int>
{
    protected override int Execute(IWriteTransaction rows) => rows.Execute(ServerSql.Delete, contacts);
}
