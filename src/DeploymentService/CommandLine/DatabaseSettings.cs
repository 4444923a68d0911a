using DeploymentService.Deployments;
using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.CommandLine;

/// <summary>The settings of a command that works on the database.</summary>
/// <param name="Database">Where the data is.</param>
/// <param name="Writing">How changes are written.</param>
/// <param name="Runs">What is kept of runs.</param>
internal sealed record DatabaseSettings(DatabaseOptions Database, WritingOptions Writing, RunsOptions Runs)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="SettingsException">At least one is wrong; it names all that are.</exception>
    public static DatabaseSettings Read(IConfiguration configuration)
    {
        var settings = new SettingsReader(configuration);
        var read = new DatabaseSettings(DatabaseOptions.Read(settings), WritingOptions.Read(settings), RunsOptions.Read(settings));
        settings.ThrowIfAny();
        return read;
    }
}
