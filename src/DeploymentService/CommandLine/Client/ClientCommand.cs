using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DeploymentService.Settings;

namespace DeploymentService.CommandLine.Client;

/// <summary>What the words of the client share: where the service is, how an answer is shown, and which exit code a refusal has.</summary>
internal sealed class ClientCommand
{
    private readonly Option<string?> _url = Text("--url", "The address of the service, or of the project in it. Else that of " + ServiceAccess.UrlVariable + ".", "URL");
    private readonly Option<string?> _project = Text("--project", "The project. Else that of " + ServiceAccess.ProjectVariable + ".", "PROJECT");
    private readonly Option<string?> _token = Text("--token", "The token, which others on this machine can see then: better is " + ServiceAccess.TokenVariable + ", or --token-file.", "TOKEN");
    private readonly Option<string?> _tokenFile = Text("--token-file", "A file with the token.", "FILE");
    private readonly Option<bool> _json = new("--json") { Description = "Answer with JSON, as the service gives it." };

    private ClientCommand(Command command)
    {
        Command = command;
        foreach (var option in (Option[])[_url, _project, _token, _tokenFile, _json])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The command.</summary>
    public Command Command { get; }

    /// <summary>Declares a command.</summary>
    /// <param name="name">Its word.</param>
    /// <param name="description">What it does.</param>
    /// <param name="parts">Its own options and arguments.</param>
    public static ClientCommand Of(string name, string description, params Symbol[] parts)
    {
        var command = new Command(name, description);
        foreach (var part in parts)
        {
            if (part is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)part);
            }
        }

        return new(command);
    }

    /// <summary>An option that takes a text.</summary>
    public static Option<string?> Text(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int> Number(string name, string description, int standard, (int Least, int Most) range) => new(name)
    {
        Description = $"{description} {standard} when absent.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= range.Least && number <= range.Most)
            {
                return number;
            }

            result.AddError($"{name} is '{result.Tokens[0].Value}': use a whole number from {range.Least} to {range.Most}");
            return default;
        },
    };

    /// <summary>Says what it does. A refusal is a sentence and <see cref="ExitCode.CouldNotAsk"/>.</summary>
    public ClientCommand Does(Surroundings around, Func<ParseResult, Screen, ServiceClient, CancellationToken, Task<int>> work)
    {
        Command.SetAction((parsed, cancel) => RunAsync(parsed, new(around, parsed.GetValue(_json)), work, cancel));
        return this;
    }

    private async Task<int> RunAsync(
        ParseResult parsed, Screen screen, Func<ParseResult, Screen, ServiceClient, CancellationToken, Task<int>> work, CancellationToken cancel)
    {
        try
        {
            var names = Command.Options.Select(option => option.Name).ToList();
            foreach (var word in parsed.UnmatchedTokens.Concat(Command.Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens.Select(token => token.Value) ?? [])
                .Where(word => word.StartsWith('-'))))
            {
                throw new CouldNotAskException($"{Command.Name} does not take '{word}': {(NearestName.Find(word, names) is { } near ? $"did you mean {near}?" : $"see `{ProgramArguments.Program} {Command.Name} --help`")}");
            }

            var options = new ServiceAccess.Options(parsed.GetValue(_url), parsed.GetValue(_project), parsed.GetValue(_token), parsed.GetValue(_tokenFile));
            using var client = new ServiceClient(ServiceAccess.Of(options, screen.Around.Variable), screen.Around.Time, screen.Around.LongestSilence);
            return await work(parsed, screen, client, cancel);
        }
        catch (CouldNotAskException refusal)
        {
            screen.Refuse(refusal.Message);
            return ExitCode.CouldNotAsk;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or HttpRequestException or IOException)
        {
            // A page of somebody between, or a service that is none of ours.
            screen.Refuse($"The answer is none of the service: {exception.Message}");
            return ExitCode.CouldNotAsk;
        }
    }
}
