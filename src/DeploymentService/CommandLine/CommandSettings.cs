using System.CommandLine;
using DeploymentService.Host;
using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.CommandLine;

/// <summary>What all commands share: they take the settings of the service, and refuse everything else.</summary>
public static class CommandSettings
{
    /// <summary>Runs a command with the settings that are in force for it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The command. What it throws for the operator to read becomes a sentence.</param>
    /// <returns>The exit code: 0, or 1 when the command line or what the command found was wrong.</returns>
    public static async Task<int> RunAsync(ParseResult parsed, Func<ConfigurationManager, Task> run)
    {
        var (settings, words) = ProgramArguments.Split(parsed.UnmatchedTokens);
        List<string> refusals = [.. words.Select(word => ErrorOf(parsed, word)), .. UnknownSettings.OnCommandLine(settings, Options(parsed))];
        if (refusals.Count == 0)
        {
            try
            {
                await run(WebApplication.CreateSlimBuilder([.. settings]).Configuration);
                return 0;
            }
            catch (Exception exception) when (exception is SettingsException or CommandFailedException or DatabaseUnusableException or DatabaseUnavailableException or IOException or UnauthorizedAccessException)
            {
                refusals.Add(exception.Message);
            }
        }

        foreach (var refusal in refusals)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(refusal);
        }

        return 1;
    }

    /// <summary>A mistyped name must not look like an empty database.</summary>
    /// <exception cref="CommandFailedException">The file of the database is not there.</exception>
    public static void RequireFile(DatabaseOptions database)
    {
        if (database.File is { } file && !File.Exists(file))
        {
            throw new CommandFailedException($"There is no database {file}: name the service's in ConnectionStrings:Deployments");
        }
    }

    private static string ErrorOf(ParseResult parsed, string word)
    {
        var command = parsed.CommandResult.Command;
        if (word.StartsWith('-') || word.StartsWith('/'))
        {
            var settings = ServiceSettings.Names().Append(WebHostDefaults.ServerUrlsKey).Select(name => "--" + name).ToList();
            return settings.Contains(word, StringComparer.OrdinalIgnoreCase) ? $"{word} needs a value: write {word} VALUE"
                : Options(parsed).Contains(word) ? $"{word} stands alone: leave the rest out"
                : $"{word} is no option of this program: {Meant(NearestName.Find(word, [.. Options(parsed), .. settings]))}";
        }

        var commands = command.Subcommands.Select(other => other.Name).ToList();
        return commands.Count > 0
            ? $"{word} is no command of this program: {Meant(NearestName.Find(word, commands), commands)}"
            : $"{command.Name} does not take '{word}': {Meant(null)}";
    }

    private static string Meant(string? name, IReadOnlyList<string>? names = null) => name is not null ? $"did you mean {name}?"
        : names is not null ? $"use {string.Join(" or ", names)}, or no command to start the service"
        : $"`{ProgramArguments.Program} --help` says what there is";

    private static List<string> Options(ParseResult parsed) =>
        [.. parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(option => option.Name).Distinct()];
}

/// <summary>A command could not do what it was asked for. The message is for the operator.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
