using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using DeploymentService.CommandLine.Client;
using DeploymentService.Host;
using DeploymentService.Settings;

namespace DeploymentService.CommandLine;

/// <summary>
/// What the program does besides serving, a class each. A service that starts does not load System.CommandLine: nothing outside of this folder
/// touches it, and no class derives from one of its classes, because the start looks at all classes there are.
/// </summary>
public static class ProgramCommands
{
    /// <summary>Does what the words of the command line say, or says why not.</summary>
    /// <param name="arguments">The command line, with a word at least.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="errors">Where refusals go.</param>
    /// <returns>The exit code: 0 when it was done, else 1.</returns>
    public static Task<int> RunAsync(string[] arguments, TimeProvider time, TextWriter output, TextWriter errors) => RunAsync(arguments, new(output, errors, time));

    /// <summary>The same with all that a command finds around it.</summary>
    /// <param name="arguments">The command line, with a word at least.</param>
    /// <param name="around">Where it runs.</param>
    /// <returns>The exit code: 0 when it was done; else 1, and for the words of the client what they say.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task<int> RunAsync(string[] arguments, Surroundings around)
    {
        var root = new RootCommand(Description());
        root.Subcommands.Add(HealthcheckCommand.Create());
        root.Subcommands.Add(BackupCommand.Create(around.Time));
        root.Subcommands.Add(RestoreCommand.Create(around.Time));
        root.Subcommands.Add(RestoreCommand.CreateAfter(around.Time));
        root.Subcommands.Add(CopyCommand.Create());
        root.Subcommands.Add(PurgeCommand.Create(around.Time));
        root.Subcommands.Add(RotateSigningKeyCommand.Create(around.Time));
        var client = ClientCommands.Create(around).Select(command => command.Command).ToList();
        client.ForEach(root.Subcommands.Add);
        // An option of our own: the one that is there prints no more than a number, and is an error beside any setting.
        var version = new Option<bool>("--version") { Description = "Show the version, and the commit that it was built from." };
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        root.Options.Add(version);
        // Without a command this is reached for the version, or because of a word that is no command.
        root.SetAction((parsed, _) => CommandSettings.RunAsync(
            parsed, _ => parsed.GetValue(version)
                ? parsed.InvocationConfiguration.Output.WriteLineAsync(ProgramVersion.Text)
                // The one word that the parser takes for itself.
                : throw new CommandFailedException($"-- is no option of this program: leave it out, or see `{ProgramArguments.Program} --help`")));
        foreach (var command in root.Subcommands.Append(root))
        {
            // Settings are not declared here: they are whatever the service reads.
            command.TreatUnmatchedTokensAsErrors = false;
        }

        var parsed = root.Parse(arguments, new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Action is HelpAction)
        {
            // The help has its own text about the settings.
            root.Subcommands.Append(root).ToList().ForEach(command => command.TreatUnmatchedTokensAsErrors = true);
        }
        else if (parsed.Action is ParseErrorAction refusal)
        {
            (refusal.ShowHelp, refusal.ShowTypoCorrections) = (false, false);
        }

        var code = await parsed.InvokeAsync(new() { Output = around.Output, Error = around.Errors, EnableDefaultExceptionHandler = false });
        // A job must not take a misspelt option for a failed deployment.
        return parsed.Action is ParseErrorAction && client.Contains(parsed.CommandResult.Command) ? ExitCode.CouldNotAsk : code;
    }

    private static string Description() => $"""
        Serves the software-deployment API until it is stopped. With a command it does that instead, with the same settings.

        Settings are given as --Section:Name value, as environment variables (Section__Name) or in an appsettings.json in the working directory:
          {string.Join("\n  ", ServiceSettings.Names().Append(WebHostDefaults.ServerUrlsKey).Order(StringComparer.Ordinal))}
        """;
}
