using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>Removes rows of a table; how many it were.</summary>
/// <param name="purge">The statement.</param>
/// <param name="which">Which of them, or up to where.</param>
internal sealed class RemoveRows<T>(Statement<T> purge, params IReadOnlyList<T> which) : Change<int>
{
    public override SpaceNeed Need => SpaceNeed.None;

    protected override int Execute(IWriteTransaction rows) => rows.Execute(purge, which);
}
