namespace DeploymentService.Settings;

/// <summary>
/// Tells the settings on the command line from all else that stands there, as the host reads them: <c>--Key value</c>, <c>--Key=value</c>,
/// <c>/Key value</c>, <c>/Key=value</c> and <c>Key=value</c>. The host passes over what is none of these, which a misspelt word must not be.
/// </summary>
public static class ProgramArguments
{
    /// <summary>How the program is called.</summary>
    public const string Program = "DeploymentService";

    /// <summary>What the program is asked about itself.</summary>
    public static IReadOnlyList<string> Questions { get; } = ["--help", "--version"];

    // The other ways to ask for help; the list is System.CommandLine's, which is not there for a start.
    private static readonly string[] ShortQuestions = ["-h", "/h", "-?", "/?"];

    /// <summary>True when there is nothing but settings, with which the service starts.</summary>
    public static bool AreSettings(IReadOnlyList<string> arguments) => Split(arguments).Words.Count == 0;

    /// <summary>The settings in their order, one or two arguments each, and the words in theirs.</summary>
    public static (IReadOnlyList<string> Settings, IReadOnlyList<string> Words) Split(IReadOnlyList<string> arguments)
    {
        List<string> settings = [];
        List<string> words = [];
        for (var place = 0; place < arguments.Count; place++)
        {
            var argument = arguments[place];
            if (IsWhole(argument))
            {
                settings.Add(argument);
            }
            else if (IsKey(argument) && place + 1 < arguments.Count && !arguments[place + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings.Add(argument);
                settings.Add(arguments[++place]);
            }
            else
            {
                words.Add(argument);
            }
        }

        return (settings, words);
    }

    private static bool IsWhole(string argument) => argument.Contains('=', StringComparison.Ordinal) && (argument[0] != '-' || argument.StartsWith("--", StringComparison.Ordinal));

    private static bool IsKey(string argument) => !Questions.Contains(argument) && !ShortQuestions.Contains(argument)
        && ((argument.StartsWith("--", StringComparison.Ordinal) && argument.Length > 2) || (argument.StartsWith('/') && argument.Length > 1));
}
