using DeploymentService.Settings;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>
/// Puts a new signing key in front of those in the database: of a service that is stopped, where the database is its own; while replicas run, where they share it, which hear
/// of it by the log.
/// </summary>
public static class SigningKeyRotation
{
    /// <summary>Rotates once. The new key is on the disk when it ends.</summary>
    /// <param name="configuration">The settings of the service.</param>
    /// <param name="days">How long what the old keys signed is accepted.</param>
    /// <param name="time">The clock.</param>
    /// <returns>True when replicas may run meanwhile.</returns>
    /// <exception cref="SettingsException">The settings do not say where the keys are, or that they are others, or the file of an earlier version cannot be read.</exception>
    /// <exception cref="DatabaseUnusableException">There is no database, or the service runs on it, or it cannot be used.</exception>
    public static async Task<bool> RotateAsync(IConfiguration configuration, int days, TimeProvider time)
    {
        var settings = new SettingsReader(configuration);
        var database = DatabaseOptions.Read(settings);
        var writing = WritingOptions.Read(settings);
        if (AgentsOptions.Read(settings).SigningKey is not null)
        {
            settings.AddError(AgentsOptions.SigningKeySetting, "is set, so the keys in the database are not used",
                "put the new key there and the old one into Agents:PreviousSigningKey, and start the service again");
        }

        settings.ThrowIfAny();

        // A mistyped name must not look like a rotation.
        if (database.File is { } file && !File.Exists(file))
        {
            throw new DatabaseUnusableException($"There is no database {file}: name the service's in ConnectionStrings:Deployments, or start the service, which makes its first key.");
        }

        await using var opened = await OpenAsync(database, writing, time);
        var now = time.GetUtcNow().UtcDateTime;
        var first = database.Folder is { } folder ? SigningKeyFile.Read(folder, now) : [];
        if (opened.Writer.IsShared && await opened.Reader.FirstAsync(SigningKeyQueries.All, 0) is null)
        {
            throw new DatabaseUnusableException("There is no key in the database: name the service's in ConnectionStrings:Deployments, or start the service, which makes its first key.");
        }

        await opened.Writer.WriteAsync(new PutKey(opened.Log, first, SigningKey.Make(now), now.AddDays(days)));
        return opened.Writer.IsShared;
    }

    private static async Task<OpenedDatabase> OpenAsync(DatabaseOptions database, WritingOptions writing, TimeProvider time)
    {
        try
        {
            return await OpenedDatabase.ToWriteAsync(database, writing, time);
        }
        catch (DatabaseUnusableException exception) when (exception.IsInUse)
        {
            throw new DatabaseUnusableException(
                $"Nothing was changed, because the service runs on {database.File}: stop it, rotate the key, and start it again. Agents keep what they have meanwhile, and ask again.");
        }
    }
}
