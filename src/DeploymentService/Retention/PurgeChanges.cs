using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Retention;

/// <summary>Removes some of the oldest rows of a table; how many it were.</summary>
/// <param name="purge">The statement: it takes a time and the most rows.</param>
/// <param name="before">Only rows from before that time, UTC.</param>
internal sealed class RemoveOldest(string purge, DateTime before) : Change<int>
{
    protected override int Execute(IWriteTransaction rows) => rows.Sqlite().Prepare(purge).Bind(1, before).Bind(2, (long)SmallSteps.Rows).Execute();
}
