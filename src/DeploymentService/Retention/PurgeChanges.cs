using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>Removes the oldest rows of a table; how many it were.</summary>
/// <param name="purge">The statement.</param>
/// <param name="end">Up to where.</param>
internal sealed class RemoveOldest<T>(Statement<T> purge, T end) : Change<int>
{
    protected override int Execute(IWriteTransaction rows) => rows.Execute(purge, [end]);
}
