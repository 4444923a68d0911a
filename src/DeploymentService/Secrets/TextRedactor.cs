using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace DeploymentService.Secrets;

/// <summary>
/// Hides the secrets that stand in a text: the values of pairs such as <c>password=…</c>, <c>"token": …</c>, <c>sig=…</c> in a URL, or a line
/// <c>X-Auth-Token: …</c>, the block below <c>password:</c> in YAML, a row of a table, an element of XML; options such as <c>--password …</c>; the password of a
/// URL; private keys; and the signatures of the service's own URLs. One pass, without backtracking over long texts.
/// </summary>
internal static partial class TextRedactor
{
    // What stands before the sign of a pair, and how much of a URL is looked at for its password.
    private const int LongestName = 128;
    private const int LongestPassword = 512;
    private static readonly SearchValues<char> Signs = SearchValues.Create("=:|>");
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n");
    private static readonly SearchValues<char> EndOfValue = SearchValues.Create(" \t\r\n\"'`<>&;");
    private static readonly SearchValues<char> EndOfValueInBraces = SearchValues.Create(" \t\r\n\"'`<>&;,})");
    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create(" \t\r\n\"'`<>/?#\\");
    private static readonly SearchValues<char> EndOfUrl = SearchValues.Create(" \t\r\n\"'`<>\\");

    /// <summary>The text without its secrets; the same object when it has none.</summary>
    public static string Redact(string text, SecretNames names)
    {
        List<(int Start, int End)>? secrets = null;
        var place = 0;
        while (place < text.Length && text.AsSpan(place).IndexOfAny(Signs) is >= 0 and var step)
        {
            place += step;
            var secret = text.AsSpan(place).StartsWith("://") ? UserInformation(text, place + 3) : ValueOf(text, place, names);
            if (secret is var (start, end) && end > start)
            {
                (secrets ??= []).Add((start, end));
                place = end;
            }
            else
            {
                place++;
            }
        }

        var hidden = secrets is null ? text : Replace(text, secrets);
        if (hidden.Contains("--", StringComparison.Ordinal))
        {
            hidden = Option().Replace(hidden, option => names.Fit(option.Groups[2].ValueSpan) ? option.Groups[1].Value + Redaction.Mask : option.Value);
        }

        if (hidden.Contains("/signal/", StringComparison.Ordinal) || hidden.Contains("/agent/", StringComparison.Ordinal))
        {
            hidden = OwnUrl().Replace(hidden, "$1" + Redaction.Mask);
        }

        if (hidden.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            hidden = EncodedOwnUrl().Replace(hidden, "$1" + Redaction.Mask);
        }

        return hidden.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? PrivateKey().Replace(hidden, "$1" + Redaction.Mask) : hidden;
    }

    /// <summary>The value of the pair whose sign is at a place; null when there is no pair with a secret name.</summary>
    private static (int Start, int End)? ValueOf(string text, int sign, SecretNames names)
    {
        var isEquals = text[sign] == '=';
        if (isEquals && ((sign + 1 < text.Length && text[sign + 1] == '=') || (sign > 0 && text[sign - 1] is '=' or '!' or '<' or '>')))
        {
            return null;
        }

        var (start, end) = NameBefore(text, sign, out var isQuoted);
        if (start == end || !(names.Fit(text.AsSpan(start, end - start)) || IsUserOfCurl(text, start, sign)))
        {
            return null;
        }

        if (text[sign] is '|' or '>')
        {
            return Between(text, start, sign);
        }

        var quote = start > 0 && text[start - 1] is '"' or '\'' ? text[start - 1] : '\0';
        var value = sign + (isEquals && sign + 1 < text.Length && text[sign + 1] == '>' ? 2 : 1);
        value += text.AsSpan(value).IndexOfAnyExcept(' ', '\t') is >= 0 and var spaces ? spaces : text.Length - value;
        if (value == text.Length)
        {
            return null;
        }

        // Without quotation marks a colon makes a pair at the beginning of a line, as in YAML, or of a quotation, as in a header for curl.
        var beginsLine = BeginsLine(text, start);
        // Also within a line, as in a reason that repeats an output.
        return !isEquals && TextBlocks.IsBlock(text, value) ? (value, TextBlocks.End(text, start, value))
            // As in an INI file, where a value has blanks.
            : isEquals && !isQuoted && beginsLine && end < sign && text[value] is not ('"' or '\'' or '\\' or '{' or '[') ? (value, EndOfLine(text, value, '\0'))
            : isEquals || isQuoted ? Bounds(text, value, EndOfValue)
            : quote != '\0' || beginsLine ? (value, EndOfLine(text, value, quote))
            : InSentence(text, start, value);
    }

    /// <summary>The value of a pair with a colon within a line: in braces, or as in a message of a program, where "token: is missing" is one without a value.</summary>
    private static (int Start, int End)? InSentence(string text, int start, int value)
    {
        var isInBraces = text.AsSpan(0, start).TrimEnd(" \t") is [.., '{' or ',' or '('];
        if (isInBraces || text[value] is '"' or '\'' or '{' or '[')
        {
            return isInBraces && text[value] is ',' or '}' or ')' ? null : Bounds(text, value, isInBraces ? EndOfValueInBraces : EndOfValue);
        }

        var word = WordEnd(text, value);
        if (text.AsSpan(value, word - value) is var scheme && IsScheme(scheme) && word < text.Length && text[word] == ' ')
        {
            return (value, WordEnd(text, word + 1));
        }

        var isLast = word == text.Length || text[word] is '\r' or '\n';
        return isLast || text.AsSpan(value, word - value).TrimEnd(",.;").IndexOfAnyExceptInRange('a', 'z') >= 0 ? (value, word) : null;
    }

    private static bool IsScheme(ReadOnlySpan<char> word) =>
        word.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    private static int WordEnd(string text, int start) => text.AsSpan(start).IndexOfAny(Blanks) is >= 0 and var length ? start + length : text.Length;

    /// <summary>True of the name before a colon that follows <c>-u</c>: what is behind the colon is a password.</summary>
    private static bool IsUserOfCurl(string text, int start, int sign) =>
        text[sign] == ':' && text.AsSpan(0, start).TrimEnd("\"'") is var before && (before.EndsWith(" -u ") || before.EndsWith(" --user "));

    /// <summary>The cell behind a name in a table, or what is between the tags of an element; null when the sign is neither's.</summary>
    private static (int Start, int End)? Between(string text, int start, int sign)
    {
        var isCell = text[sign] == '|';
        if (isCell ? text.AsSpan(0, start).TrimEnd(' ') is not [.., '|'] : start == 0 || text[start - 1] != '<')
        {
            return null;
        }

        var value = text.AsSpan(sign + 1);
        var length = isCell ? value.IndexOfAny("|\r\n") : value.IndexOf('<');
        value = length < 0 ? value : value[..length];
        var blanks = value.Length - value.TrimStart().Length;
        return (sign + 1 + blanks, sign + 1 + blanks + value.Trim().Length);
    }

    /// <summary>The name before a sign, in quotation marks or bare.</summary>
    private static (int Start, int End) NameBefore(string text, int sign, out bool isQuoted)
    {
        var end = sign;
        while (end > 0 && text[end - 1] is ' ' or '\t' && sign - end < LongestName)
        {
            end--;
        }

        var least = Math.Max(0, end - LongestName);
        isQuoted = end > 0 && text[end - 1] is '"' or '\'';
        if (isQuoted)
        {
            var quote = text[end - 1];
            end--;
            var opening = text.AsSpan(least, end - least).LastIndexOf(quote);
            return (opening < 0 ? end : least + opening + 1, end);
        }

        var start = end;
        while (start > least && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-' or '.'))
        {
            start--;
        }

        return (start, end);
    }

    /// <summary>Where the value that begins at a place can be hidden so that what surrounds it stays readable.</summary>
    private static (int Start, int End) Bounds(string text, int start, SearchValues<char> endOfValue)
    {
        var mark = start;
        while (mark < text.Length && text[mark] == '\\')
        {
            mark++;
        }

        if (mark < text.Length && text[mark] is '"' or '\'')
        {
            var opening = text.AsSpan(start, mark + 1 - start);
            return (mark + 1, ClosingOf(text, mark + 1, opening));
        }

        if (text[start] is '{' or '[')
        {
            return (start, TextBlocks.EndOfBrackets(text, start));
        }

        var end = start;
        do
        {
            // A blank behind a backslash is part of a word of the shell.
            end = end + 1 < text.Length && text.AsSpan(end + 1).IndexOfAny(endOfValue) is >= 0 and var length ? end + 1 + length : text.Length;
        }
        while (end < text.Length && text[end] == ' ' && text[end - 1] == '\\');
        return (start, end);
    }

    private static int ClosingOf(string text, int start, ReadOnlySpan<char> opening)
    {
        for (var place = start; text.AsSpan(place).IndexOf(opening) is >= 0 and var step; place++)
        {
            place += step;
            // A mark behind a backslash is part of the value, unless all of them have one.
            if (opening.Length > 1 || text[place - 1] != '\\')
            {
                return place;
            }
        }

        return text.Length;
    }

    private static int EndOfLine(string text, int start, char quote)
    {
        var length = quote == '\0' ? text.AsSpan(start).IndexOfAny('\r', '\n') : text.AsSpan(start).IndexOfAny('\r', '\n', quote);
        return length < 0 ? text.Length : start + length;
    }

    private static bool BeginsLine(string text, int start)
    {
        while (start > 0 && text[start - 1] is ' ' or '\t' or '-' or '<' or '>' or '*')
        {
            start--;
        }

        return start == 0 || text[start - 1] is '\r' or '\n';
    }

    /// <summary>The password of the URL whose host, or whatever stands before it, begins at a place.</summary>
    private static (int Start, int End)? UserInformation(string text, int start)
    {
        var rest = text.AsSpan(start, Math.Min(LongestPassword, text.Length - start));
        var length = rest.IndexOfAny(EndOfAuthority);
        var authority = length < 0 ? rest : rest[..length];
        var colon = authority.StartsWith('[') ? -1 : authority.IndexOf(':');
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            return colon >= 0 && colon < at ? (start + colon + 1, start + at) : IsHttp(text, start) ? (start, start + at) : null;
        }

        // A password that should have been encoded, with a slash in it: what is behind the colon is no port.
        if (colon < 0 || authority[(colon + 1)..].IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return null;
        }

        var end = rest.IndexOfAny(EndOfUrl);
        at = (end < 0 ? rest : rest[..end]).LastIndexOf('@');
        return (start + colon + 1, start + (at > colon ? at : authority.Length));
    }

    // A name without a password is a token there, and elsewhere mostly the name of everybody, as in ssh://git@….
    private static bool IsHttp(string text, int start) =>
        text.AsSpan(0, start).EndsWith("http://", StringComparison.OrdinalIgnoreCase) || text.AsSpan(0, start).EndsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static string Replace(string text, List<(int Start, int End)> secrets)
    {
        var hidden = new StringBuilder(text.Length);
        var done = 0;
        foreach (var (start, end) in secrets)
        {
            hidden.Append(text, done, start - done).Append(Redaction.Mask);
            done = end;
        }

        return hidden.Append(text, done, text.Length - done).ToString();
    }

    // No part can match what the next one begins with, so that nothing is tried twice.
    [GeneratedRegex("(/(?:signal|agent)/[^/\\s]{1,64}/[^/\\s]{1,2048}/[0-9]+(?:-[0-9]+)?/)[^/\\s\"'<>•]+", RegexOptions.CultureInvariant)]
    private static partial Regex OwnUrl();

    [GeneratedRegex("(%2F(?:signal|agent)%2F[^/%\\s]{1,64}%2F[^/%\\s]{1,2048}%2F[0-9]+(?:-[0-9]+)?%2F)[^/%&\\s\"'<>•]+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EncodedOwnUrl();

    // Not what begins with a hyphen: that is the next option.
    [GeneratedRegex("((?<!\\S)--([A-Za-z][A-Za-z0-9_.-]{0,127})[ \\t]+)(?:\"[^\"]*\"?|'[^']*'?|[^\\s\"'•-][^\\s]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Option();

    [GeneratedRegex("(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?:(?!-----)[\\s\\S])+", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();
}
