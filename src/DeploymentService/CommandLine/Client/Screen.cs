using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DeploymentService.CommandLine.Client;

/// <summary>Shows answers: to a person, in a log, or to GitHub's runner. What others wrote is kept from commanding any of them.</summary>
/// <param name="around">Where it is shown.</param>
/// <param name="isJson">Whether answers are JSON.</param>
internal sealed class Screen(Surroundings around, bool isJson)
{
    /// <summary>Where it is shown.</summary>
    public Surroundings Around => around;

    /// <summary>Whether answers are JSON.</summary>
    public bool IsJson => isJson;

    private bool IsOfRunner => around.Variable("GITHUB_ACTIONS") == "true";

    /// <summary>A line of an answer.</summary>
    public void Line(string text) => around.Output.WriteLine(ForRunner(Harmless(text, keepsLines: false)));

    /// <summary>JSON as it came; for the runner with another spelling of what it takes for a command.</summary>
    public void Json(string text) => around.Output.WriteLine(IsOfRunner ? text.Trim().Replace("##[", "#\\u0023[", StringComparison.Ordinal) : text.Trim());

    /// <summary>A line beside the answer.</summary>
    public void Note(string text) => around.Errors.WriteLine(ForRunner(Harmless(text, keepsLines: false)));

    /// <summary>Why there is no answer.</summary>
    public void Refuse(string sentences)
    {
        foreach (var sentence in sentences.Split('\n'))
        {
            Note(sentence);
            Annotate("The service could not be asked", sentence);
        }
    }

    /// <summary>An error that GitHub shows beside the job; nothing elsewhere.</summary>
    public void Annotate(string title, string message)
    {
        if (IsOfRunner)
        {
            around.Errors.WriteLine($"::error title={EscapedData(title).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)}::{EscapedData(message)}");
        }
    }

    /// <summary>Puts a text in Markdown on the page of GitHub's job; nothing elsewhere.</summary>
    public void Summarize(IEnumerable<string> lines)
    {
        if (around.Variable("GITHUB_STEP_SUMMARY") is not { Length: > 0 } file)
        {
            return;
        }

        try
        {
            File.AppendAllText(file, string.Concat(lines.Select(line => line + "\n")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note($"The summary of the job could not be written: {exception.Message}");
        }
    }

    /// <summary>A text of others in a table of Markdown.</summary>
    public static string Cell(string text)
    {
        var cell = new StringBuilder();
        foreach (var character in Harmless(text, keepsLines: false))
        {
            cell.Append(char.IsAsciiLetterOrDigit(character) || character is ' ' or '-' or '.' or ':' or ',' || character > '~'
                ? $"{character}" : string.Create(CultureInfo.InvariantCulture, $"&#{(int)character};"));
        }

        return cell.ToString();
    }

    /// <summary>What a program printed: as it is into files, and harmless on a terminal.</summary>
    public void Printed(string output, string errors)
    {
        if (!IsOfRunner)
        {
            around.Output.Write(around.IsTerminal ? Harmless(output, keepsLines: true) : output);
            around.Errors.Write(around.IsTerminal ? Harmless(errors, keepsLines: true) : errors);
        }
        else if (output.Length + errors.Length > 0)
        {
            // It takes lines for commands until it is told this word, and reads two streams in any order.
            var word = RandomNumberGenerator.GetHexString(32);
            around.Output.Write($"::stop-commands::{word}\n{WithEnd(output)}{WithEnd(errors)}::{word}::\n");
        }
    }

    /// <summary>A table: with a frame on a terminal, in columns elsewhere.</summary>
    public void Table(IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var cells = rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => Harmless(cell, keepsLines: false))]).ToList();
        if (around.IsTerminal)
        {
            TerminalScreen.Table(around.Output, heads, cells);
            return;
        }

        var widths = heads.Select((head, place) => cells.Select(row => row[place].Length).Append(head.Length).Max()).ToList();
        foreach (var row in cells.Prepend(heads))
        {
            around.Output.WriteLine(ForRunner(string.Join("  ", row.Select((cell, place) => cell.PadRight(widths[place]))).TrimEnd()));
        }
    }

    /// <summary>Shows how work goes on: a bar on a terminal, now and then a line in a log, nothing beside JSON.</summary>
    public Task<T> FollowAsync<T>(string noun, Func<Action<StatusCounts>, Task<T>> work)
    {
        if (isJson)
        {
            return work(_ => { });
        }

        return around.IsTerminal ? TerminalScreen.FollowAsync(around.Output, noun, work) : work(new LogProgress(this, noun).Tell);
    }

    private static string EscapedData(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string WithEnd(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";

    /// <summary>A line that GitHub's runner does not take for a command: such a one begins with <c>::</c>, or has <c>##[</c> anywhere.</summary>
    private string ForRunner(string line) =>
        !IsOfRunner ? line : (line.TrimStart().StartsWith("::", StringComparison.Ordinal) ? "| " : "") + line.Replace("##[", "# #[", StringComparison.Ordinal);

    private static string Harmless(string text, bool keepsLines) => string.Create(text.Length, (text, keepsLines), static (harmless, from) =>
    {
        for (var place = 0; place < harmless.Length; place++)
        {
            var character = from.text[place];
            var isCommand = char.IsControl(character) || character is '\u2028' or '\u2029';
            harmless[place] = isCommand && !(from.keepsLines && character is '\n' or '\t') ? ' ' : character;
        }
    });

    /// <summary>A line when something has changed, but not more than one in ten seconds.</summary>
    private sealed class LogProgress(Screen screen, string noun)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
        private string? _last;
        private long _lastAt;

        public void Tell(StatusCounts counts)
        {
            var line = counts.Text(noun);
            var time = screen.Around.Time;
            if (line != _last && (_last is null || time.GetElapsedTime(_lastAt) >= Pause))
            {
                (_last, _lastAt) = (line, time.GetTimestamp());
                screen.Line(line);
            }
        }
    }
}
