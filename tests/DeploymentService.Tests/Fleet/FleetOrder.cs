using Row = DeploymentService.Tests.Fleet.StoredFleet.Row;

namespace DeploymentService.Tests.Fleet;

/// <summary>In which order deployments are to come: the plain way.</summary>
internal static class FleetOrder
{
    public static readonly string[] Keys = ["creation_time", "updated_time", "status", "server_id", "action", "name"];

    /// <summary>The ids in an order; those that are alike in their key are in the order of their creation, or backwards.</summary>
    public static string[] Sorted(IEnumerable<Row> rows, string key, bool isDescending)
    {
        var sorted = key switch
        {
            "updated_time" => rows.OrderBy(row => row.Changed).ThenBy(row => row.Number),
            "status" => rows.OrderBy(row => row.Status, StringComparer.Ordinal).ThenBy(row => row.Number),
            "server_id" => rows.OrderBy(row => row.Server, StringComparer.Ordinal).ThenBy(row => row.Number),
            "action" => rows.OrderBy(row => row.Action, StringComparer.Ordinal).ThenBy(row => row.Number),
            "name" => rows.OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Number),
            _ => rows.OrderBy(row => row.Number),
        };
        var ids = sorted.Select(row => row.Id);
        return [.. isDescending ? ids.Reverse() : ids];
    }
}
