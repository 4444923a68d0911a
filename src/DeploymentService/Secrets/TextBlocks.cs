using System.Buffers;

namespace DeploymentService.Secrets;

/// <summary>Where values end that go on over several lines of a text.</summary>
internal static class TextBlocks
{
    private static readonly SearchValues<char> Indicators = SearchValues.Create("+-123456789");

    /// <summary>True when the value of a pair of YAML is not in the line of its name: nothing is there, or a sign that it follows.</summary>
    public static bool IsBlock(string text, int value) =>
        text[value] is '\r' or '\n' || (text[value] is '|' or '>' && LineAt(text[value..Math.Min(text.Length, value + 4)], 0) is { Length: <= 3 } sign && sign[1..].IndexOfAnyExcept(Indicators) < 0);

    /// <summary>Where the block ends below a name: before the first line that is indented no more than the name is. A list may begin right below its name.</summary>
    public static int End(string text, int name, int value)
    {
        var lineStart = text.AsSpan(0, name).LastIndexOfAny('\r', '\n') + 1;
        var indent = IndentAt(text, lineStart);
        var end = value + LineAt(text, value).Length;
        // One kind of line for all: whoever looked beyond the next line break would look through the whole text for each name.
        while (NextLine(text, end) is var next && next < text.Length)
        {
            var line = LineAt(text, next);
            var depth = IndentAt(text, next);
            if (!line.IsWhiteSpace() && depth <= indent && !(depth == indent && line[depth..].StartsWith("- ") && text[lineStart + indent] != '-'))
            {
                break;
            }

            end = next + line.Length;
        }

        // What is empty is no secret.
        return text.AsSpan(value, end - value).IsWhiteSpace() ? value : end;
    }

    /// <summary>Where the object or list ends that begins at a place; the end of the text when it was cut off.</summary>
    public static int EndOfBrackets(string text, int start)
    {
        var (depth, quote) = (0, '\0');
        for (var place = start; place < text.Length; place++)
        {
            var letter = text[place];
            if (letter == '\\')
            {
                place++;
            }
            else if (quote != '\0')
            {
                quote = letter == quote ? '\0' : quote;
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
            }
            else if (letter is '{' or '[')
            {
                depth++;
            }
            else if (letter is '}' or ']' && --depth == 0)
            {
                return place + 1;
            }
        }

        return text.Length;
    }

    private static int IndentAt(string text, int lineStart) => text.AsSpan(lineStart).IndexOfAnyExcept(' ', '\t') is >= 0 and var indent ? indent : text.Length - lineStart;

    /// <summary>Where the line begins that follows a line's end, be that of Unix, of Windows or of a terminal that writes a line anew.</summary>
    private static int NextLine(string text, int lineEnd) => text.AsSpan(lineEnd).StartsWith("\r\n") ? lineEnd + 2 : lineEnd + 1;

    private static ReadOnlySpan<char> LineAt(string text, int start) =>
        text.AsSpan(start) is var rest && rest.IndexOfAny('\r', '\n') is >= 0 and var length ? rest[..length] : rest;
}
