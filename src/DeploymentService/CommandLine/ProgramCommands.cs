using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using DeploymentService.Settings;

namespace DeploymentService.CommandLine;

/// <summary>
/// What the program does besides serving, a class each. Nothing of System.CommandLine is touched anywhere else, so that a service that
/// starts does not load it.
/// </summary>
public static class ProgramCommands
{
    /// <summary>Does what the words of the command line say, or says why not.</summary>
    /// <param name="arguments">The command line, with a word at least.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="errors">Where refusals go.</param>
    /// <returns>The exit code: 0 when it was done, else 1.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Task<int> RunAsync(string[] arguments, TimeProvider time, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand(Description());
        root.Subcommands.Add(HealthcheckCommand.Create());
        root.Subcommands.Add(RotateSigningKeyCommand.Create(time));
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        // No command: reached only when there is a word that is none.
        root.SetAction(static (parsed, _) => CommandSettings.RunAsync(parsed, static _ => Task.CompletedTask));
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

        return parsed.InvokeAsync(new() { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
    }

    private static string Description() => $"""
        Serves the software-deployment API until it is stopped. With a command it does that instead, with the same settings.

        Settings are given as --Section:Name value, as environment variables (Section__Name) or in an appsettings.json in the working directory:
          {string.Join("\n  ", ServiceSettings.Names().Append(WebHostDefaults.ServerUrlsKey).Order(StringComparer.Ordinal))}
        """;

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProgramVersion.Text);
            return 0;
        }
    }
}
