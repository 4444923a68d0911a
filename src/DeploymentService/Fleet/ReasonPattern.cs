using System.Text.RegularExpressions;

namespace DeploymentService.Fleet;

/// <summary>
/// What a reason means: its text without what differs from one server and one run to the next, such as numbers, times, ids, paths and quoted values, each of which is
/// replaced by a word that says what stood there. Reasons with equal patterns mean the same. The pattern of a pattern is itself.
/// </summary>
public sealed partial class ReasonPattern : IEquatable<ReasonPattern>
{
    // Most reasons have one of few patterns, and share it. Whatever else has its place in here is replaced, so that it never grows.
    private static readonly ReasonPattern?[] Shared = new ReasonPattern?[1024];

    private readonly int _hash;

    private ReasonPattern(string text) => (Text, _hash) = (text, text.GetHashCode(StringComparison.Ordinal));

    /// <summary>The pattern as people read it, such as <c>No space left on &lt;path&gt;</c>.</summary>
    public string Text { get; }

    /// <summary>The pattern of a reason.</summary>
    public static ReasonPattern Of(string reason)
    {
        var pattern = new ReasonPattern(Varying().Replace(reason, static match => WordFor(match)).Trim());
        ref var shared = ref Shared[(uint)pattern._hash % Shared.Length];
        return shared is { } known && known.Equals(pattern) ? known : shared = pattern;
    }

    /// <inheritdoc />
    public bool Equals(ReasonPattern? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Text == other.Text);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ReasonPattern);

    /// <inheritdoc />
    public override int GetHashCode() => _hash;

    /// <inheritdoc />
    public override string ToString() => Text;

    private static string WordFor(Match match)
    {
        // The groups are in the order of the expression, and one of them matched.
        for (var group = 1; group < match.Groups.Count; group++)
        {
            if (match.Groups[group].Success)
            {
                return match.Groups[group].Name switch
                {
                    "blank" => " ",
                    "key" => match.Value,
                    "quoted" => QuotedValue(match.ValueSpan),
                    var name => $"<{name}>",
                };
            }
        }

        return match.Value;
    }

    private static string QuotedValue(ReadOnlySpan<char> quoted)
    {
        var mark = quoted[0] == '\\' ? quoted[..2] : quoted[..1];
        return $"{mark}<value>{quoted[^mark.Length..]}";
    }

    // Everything that repeats is bounded, or made of characters that what follows cannot begin with: the time is that of a pass over the text.
    [GeneratedRegex("""
        (?<blank>[^\S\ ]\s*|\ \s+)
        # The name of a member of JSON says what is meant.
        |(?<key>(?<=[{,]\s{0,8})"[^"\\]{1,100}"(?=\s{0,8}:))
        # Not the apostrophe of a word, nor of one that was taken out.
        |(?<quoted>(?<![\p{L}\p{N}>])(?:\\"[^\n]{1,400}?\\"|"[^\n]{1,400}?"|'[^\n]{1,400}?'|`[^\n]{1,400}?`|“[^\n]{1,400}?”|‘[^\n]{1,400}?’|«[^\n]{1,400}?»)(?![\p{L}\p{N}<]))
        |(?<![\p{L}\p{N}])(?:
            (?<time>
                (?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}/(?:\d{2}|[A-Z][a-z]{2})/\d{4})(?:[T:\ ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?:\ ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?(?![\p{L}\p{N}])
                |(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?\ )?(?:\d{1,2}\ )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\ {1,2}\d{1,4}(?:,?\ \d{4})?(?:\ \d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?:\ ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?(?:\ \d{4})?(?![\p{L}\p{N}])
                |\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|\ UTC|\ GMT|[+-]\d{2}:?\d{2})?(?![\p{L}\p{N}:])
                |(?:\d{1,9}(?:\.\d{1,9})?(?:ms|us|µs|ns|[dhms])){1,6}(?![\p{L}\p{N}])
            )
            |(?<url>[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s"'`<>|]*[^\s"'`<>|.,;:!?)\]}])
            |(?<id>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\p{L}\p{N}]))
            |(?<address>
                \d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/\d{1,2}|:\d{1,5})?(?![\p{L}\p{N}]|\.\d)
                |(?:[0-9a-fA-F]{1,4}:){5,7}[0-9a-fA-F]{1,4}(?![\p{L}\p{N}])
                |(?:[0-9a-fA-F]{1,4}:){1,7}:(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?(?![\p{L}\p{N}])
            )
            |(?<path>(?:~|\.{1,2}|[A-Za-z]:)[/\\][^\s"'`<>|,;:()\[\]{}=]*[^\s"'`<>|,;:()\[\]{}=.!?]|[\w.-]{1,100}(?:/[\w.@%+-]{1,100}){2,20}/?)
            |(?<hex>0[xX][0-9a-fA-F]{1,64}|(?=[a-fA-F]{0,64}\d)(?=\d{0,64}[a-fA-F])[0-9a-fA-F]{6,128})(?![\p{L}\p{N}])
            # Digits and letters in turns, as in the ids that clouds give.
            |(?<id>(?=[A-Za-z0-9]{8,128}(?![A-Za-z0-9]))[A-Za-z]{0,128}(?:\d{1,128}[A-Za-z]{1,128}){2,64}\d{0,128}(?![\p{L}\p{N}]))
        )
        |(?<path>(?<![\p{L}\p{N}/<>])/(?:[\p{L}\p{N}_.~@%+-][^\s"'`<>|,;:()\[\]{}=]*[^\s"'`<>|,;:()\[\]{}=.!?]|[\p{L}\p{N}_]))
        |(?<number>(?:(?<![^\s(=:,\[])[+-])?\d{1,64}(?:[.,]\d{1,64}){0,16})
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Varying();
}
