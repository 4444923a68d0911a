using System.CommandLine;

namespace DeploymentService.CommandLine;

/// <summary><c>healthcheck</c>: asks the service that runs on this host whether it is ready, for a container whose image has neither a shell nor curl.</summary>
public static class HealthcheckCommand
{
    /// <summary>Declares it.</summary>
    public static Command Create()
    {
        var command = new Command("healthcheck", "Asks the service that runs on this host with these settings whether it is ready: 0 when it is, 1 when it is not or does not answer within five seconds.");
        command.SetAction((parsed, cancel) => CommandSettings.RunAsync(parsed, async configuration =>
        {
            if (await HealthQuestion.AskAsync(configuration, cancel) is { } refusal)
            {
                throw new CommandFailedException(refusal);
            }
        }));
        return command;
    }
}
