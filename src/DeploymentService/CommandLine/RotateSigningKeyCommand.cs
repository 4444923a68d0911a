using System.CommandLine;
using System.Globalization;
using DeploymentService.Agents;

namespace DeploymentService.CommandLine;

/// <summary>
/// <c>rotate-signing-key [--accept-old-for-days 30]</c>: puts a new key in front of those in the database. A service with a file of its own is stopped, and its next start
/// signs with it; replicas that share a database run on, and sign with it after some seconds. What the old one signed is accepted for the days that were given.
/// </summary>
public static class RotateSigningKeyCommand
{
    private const int MostDays = 3650;

    /// <summary>Declares it.</summary>
    public static Command Create(TimeProvider time)
    {
        var days = new Option<int>("--accept-old-for-days")
        {
            Description = $"How many days what the old key signed is accepted, 0 to {MostDays}.",
            DefaultValueFactory = _ => 30,
            HelpName = "DAYS",
            CustomParser = static result =>
            {
                if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostDays)
                {
                    return number;
                }

                result.AddError($"--accept-old-for-days is '{result.Tokens[0].Value}': use a whole number from 0 to {MostDays}");
                return default;
            },
        };
        var command = new Command("rotate-signing-key", "Puts a new key in front of those that sign the agents' URLs. On SQLite the service must be stopped; it uses the key from its next start. Replicas on PostgreSQL run on, and use it after some seconds.") { days };
        command.SetAction((parsed, _) => CommandSettings.RunAsync(parsed, async configuration =>
        {
            var accepted = parsed.GetValue(days);
            var use = await SigningKeyRotation.RotateAsync(configuration, accepted, time)
                ? "Replicas that run use it after some seconds"
                : "Start the service again to use it";
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"There is a new signing key. {use}; the old one is accepted for {accepted} day{(accepted == 1 ? "" : "s")}.");
        }));
        return command;
    }
}
