using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>The queries of the deployments.</summary>
public static class DeploymentQueries
{
    private const string FindText = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = $1 AND id = $2";

    // What a server reported may be megabytes.
    private static readonly string FindWithoutOutputsText = FindText.Replace("output_values", "NULL", StringComparison.Ordinal);

    private const string OfProjectText = $"SELECT {DeploymentColumns.All} {FromProject}";

    private const string OfServerText = $"SELECT {DeploymentColumns.All} {FromServer}";

    private const string IdsOfProjectText = $"SELECT id {FromProject}";

    private const string IdsOfServerText = $"SELECT id {FromServer}";

    private const string FromProject = "FROM software_deployments WHERE project_id = $1 AND sequence > $2 ORDER BY sequence";

    private const string FromServer = "FROM software_deployments WHERE project_id = $1 AND server_id = $2 AND sequence > $3 ORDER BY sequence";

    /// <summary>One deployment.</summary>
    public static Query<DeploymentKey, SoftwareDeployment> Find { get; } =
        new(FindText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), DeploymentColumns.Read);

    /// <summary>One deployment, without what its server reported.</summary>
    public static Query<DeploymentKey, SoftwareDeployment> FindWithoutOutputs { get; } =
        new(FindWithoutOutputsText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), DeploymentColumns.Read);

    /// <summary>The deployments of a project behind a place in the order of creation.</summary>
    public static Query<(string ProjectId, long After), SoftwareDeployment> OfProject { get; } =
        new(OfProjectText, BindProject, DeploymentColumns.Read);

    /// <summary>The deployments of a server behind a place in the order of creation.</summary>
    public static Query<(string ProjectId, string ServerId, long After), SoftwareDeployment> OfServer { get; } =
        new(OfServerText, BindServer, DeploymentColumns.Read);

    /// <summary>The ids of <see cref="OfProject"/>.</summary>
    public static Query<(string ProjectId, long After), string> IdsOfProject { get; } = new(IdsOfProjectText, BindProject, static row => row.Text(0));

    /// <summary>The ids of <see cref="OfServer"/>.</summary>
    public static Query<(string ProjectId, string ServerId, long After), string> IdsOfServer { get; } =
        new(IdsOfServerText, BindServer, static row => row.Text(0));

    private static void BindProject(IParameters parameters, (string ProjectId, long After) key) => parameters.Add(key.ProjectId).Add(key.After);

    private static void BindServer(IParameters parameters, (string ProjectId, string ServerId, long After) key) =>
        parameters.Add(key.ProjectId).Add(key.ServerId).Add(key.After);
}
