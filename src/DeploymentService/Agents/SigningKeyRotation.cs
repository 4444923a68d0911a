using DeploymentService.Data;
using DeploymentService.Settings;

namespace DeploymentService.Agents;

/// <summary>
/// <c>DeploymentService rotate-signing-key [--accept-old-for-days 30]</c>: puts a new key in front of those beside the database. The next
/// start signs with it; what the old one signed is accepted for the days that were given.
/// </summary>
public static class SigningKeyRotation
{
    /// <summary>The word on the command line.</summary>
    public const string Command = "rotate-signing-key";

    private const string DaysOption = "accept-old-for-days";

    /// <summary>Rotates once. 0 when the new key is on the disk, else 1.</summary>
    public static async Task<int> RunAsync(string[] args, TimeProvider time)
    {
        var settings = new SettingsReader(WebApplication.CreateSlimBuilder(args).Configuration);
        var days = settings.Number(DaysOption, 30, 0, 3650);
        var database = DatabaseOptions.Read(settings);
        if (AgentsOptions.Read(settings).SigningKey is not null)
        {
            settings.Refuse(AgentsOptions.SigningKeySetting, "is set, so the keys beside the database are not used",
                "put the new key there and the old one into Agents:PreviousSigningKey, and start the service again");
        }

        try
        {
            if (settings.Faults.Count > 0)
            {
                throw new SettingsException(settings.Faults);
            }

            Rotate(database.Folder, time.GetUtcNow().UtcDateTime.AddDays(days), time);
            await Console.Out.WriteLineAsync($"A new signing key is in {SigningKeyFile.In(database.Folder)}. Start the service again to use it; the old one is accepted for {days} days.");
            return 0;
        }
        catch (Exception fault) when (fault is SettingsException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    private static void Rotate(string folder, DateTime until, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var old = SigningKeyFile.Read(folder).Select(key => key with { Until = key.Until ?? until }).Where(key => key.Until > now);
        if (!Directory.Exists(folder))
        {
            PrivateFiles.CreateFolder(folder);
        }

        SigningKeyFile.Write(folder, old.Prepend(SigningKey.Make()).ToList());
    }
}
