using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.Agents;

/// <summary>Puts a new signing key in front of those beside the database.</summary>
public static class SigningKeyRotation
{
    /// <summary>Rotates once; the file that the new key is in, on the disk.</summary>
    /// <param name="configuration">The settings of the service.</param>
    /// <param name="days">How long what the old keys signed is accepted.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SettingsException">The settings do not say where the keys are, or that they are others, or the file cannot be read.</exception>
    public static string Rotate(IConfiguration configuration, int days, TimeProvider time)
    {
        var settings = new SettingsReader(configuration);
        var database = DatabaseOptions.Read(settings);
        if (AgentsOptions.Read(settings).SigningKey is not null)
        {
            settings.AddError(AgentsOptions.SigningKeySetting, "is set, so the keys beside the database are not used",
                "put the new key there and the old one into Agents:PreviousSigningKey, and start the service again");
        }

        if (settings.Faults.Count > 0)
        {
            throw new SettingsException(settings.Faults);
        }

        var now = time.GetUtcNow().UtcDateTime;
        var old = SigningKeyFile.Read(database.Folder).Select(key => key with { Until = key.Until ?? now.AddDays(days) }).Where(key => key.Until > now);
        if (!Directory.Exists(database.Folder))
        {
            PrivateFiles.CreateFolder(database.Folder);
        }

        SigningKeyFile.Write(database.Folder, old.Prepend(SigningKey.Make()).ToList());
        return SigningKeyFile.In(database.Folder);
    }
}
