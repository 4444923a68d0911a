using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>Takes the keys at a start. The first start on a database makes one, or takes over those of an earlier version.</summary>
internal sealed partial class FirstSigningKeys(
    SigningKeys keys, DatabaseOptions database, GroupCommitWriter writer, IDatabaseReader reader, TimeProvider time, ILogger<FirstSigningKeys> logger) : IHostedService
{
    /// <inheritdoc />
    /// <exception cref="Settings.SettingsException">The file of an earlier version cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (keys.Any)
        {
            // Those of the settings.
            return;
        }

        await keys.LoadAsync();
        if (keys.Any)
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var imported = database.Folder is { } folder ? SigningKeyFile.Read(folder, now) : [];
        // Of several that start at once the first decides.
        await writer.WriteAsync(new PutFirstKeys(imported is [] ? [SigningKey.Make(now)] : imported));
        await keys.LoadAsync();
        if (imported is not [])
        {
            Log.Imported(logger);
        }
        else if (await reader.FirstAsync(SigningKeyQueries.AnyServer, 0) is not null)
        {
            Log.OthersAreGone(logger);
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning,
            "There are deployments in the database and no signing keys, so new ones were made: every agent URL that was handed out before is worthless, and its agent gets 404. If the keys are in a backup, restore that; if a setting had the key (Agents:SigningKey), set it again; otherwise hand out new URLs")]
        public static partial void OthersAreGone(ILogger logger);

        [LoggerMessage(LogLevel.Information, "The signing keys of the file signing.keys are in the database now; the file is not needed any more")]
        public static partial void Imported(ILogger logger);
    }
}
