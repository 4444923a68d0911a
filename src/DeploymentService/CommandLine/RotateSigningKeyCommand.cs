using System.CommandLine;
using System.Globalization;
using DeploymentService.Agents;

namespace DeploymentService.CommandLine;

/// <summary>
/// <c>rotate-signing-key [--accept-old-for-days 30]</c>: puts a new key in front of those in the database of a service that is stopped. The next
/// start signs with it; what the old one signed is accepted for the days that were given.
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
        var command = new Command("rotate-signing-key", "Puts a new key in front of those that sign the agents' URLs. The service must be stopped; it uses the key from its next start.") { days };
        command.SetAction((parsed, _) => CommandSettings.RunAsync(parsed, async configuration =>
        {
            var accepted = parsed.GetValue(days);
            await SigningKeyRotation.RotateAsync(configuration, accepted, time);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"There is a new signing key. Start the service again to use it; the old one is accepted for {accepted} day{(accepted == 1 ? "" : "s")}.");
        }));
        return command;
    }
}
