using System.Buffers;

namespace DeploymentService.Secrets;

/// <summary>
/// Which names say that a value is a secret. An entry fits a name that has it as a word, in singular or plural, whatever the style: <c>pass</c> fits
/// <c>db_pass</c>, <c>db-pass</c>, <c>dbPass</c> and <c>DB_PASS</c>, but not <c>compass</c>. A <c>*</c> at its beginning or end lets other letters stand
/// there: <c>*password*</c> fits <c>mypasswordhash</c>. An entry of several words, such as <c>license_code</c>, fits them in any style.
/// </summary>
public sealed class SecretNames
{
    private readonly Entry[] _entries;

    // A name without any of these fits nothing: most names are done with one look.
    private readonly SearchValues<string> _beginnings;

    /// <summary>Takes the entries, each of which <see cref="IsEntry"/>.</summary>
    public SecretNames(IEnumerable<string> entries)
    {
        _entries = [.. entries.Select(Entry.Parse)];
        _beginnings = SearchValues.Create([.. _entries.Select(entry => entry.Words[0])], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True of what can be an entry: at least one letter or digit, and stars at the ends alone.</summary>
    public static bool IsEntry(string text) =>
        text.Any(char.IsLetterOrDigit) && !text.AsSpan().Trim('*').Contains('*');

    /// <summary>True of a name that says that its value is a secret.</summary>
    public bool Fit(ReadOnlySpan<char> name)
    {
        if (!name.ContainsAny(_beginnings))
        {
            return false;
        }

        foreach (var entry in _entries)
        {
            if (entry.Fits(name))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Entry(string[] Words, bool IsOpenBefore, bool IsOpenAfter)
    {
        public static Entry Parse(string text)
        {
            var words = new string([.. text.Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')]);
            return new(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), text.StartsWith('*'), text.EndsWith('*'));
        }

        public bool Fits(ReadOnlySpan<char> name)
        {
            for (var start = 0; name[start..].IndexOf(Words[0], StringComparison.OrdinalIgnoreCase) is >= 0 and var step; start++)
            {
                start += step;
                var end = EndOf(name, start);
                if (end > 0 && (IsOpenBefore || BeginsWord(name, start)) && (IsOpenAfter || EndsWord(name, end) || EndsPlural(name, end)))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Where the words end that begin at a place; 0 when not all of them are there.</summary>
        private int EndOf(ReadOnlySpan<char> name, int start)
        {
            var end = start + Words[0].Length;
            foreach (var word in Words.AsSpan(1))
            {
                while (end < name.Length && !char.IsLetterOrDigit(name[end]))
                {
                    end++;
                }

                if (!name[end..].StartsWith(word, StringComparison.OrdinalIgnoreCase))
                {
                    return 0;
                }

                end += word.Length;
            }

            return end;
        }

        private static bool EndsPlural(ReadOnlySpan<char> name, int end) => end < name.Length && name[end] is 's' or 'S' && EndsWord(name, end + 1);

        private static bool EndsWord(ReadOnlySpan<char> name, int end) =>
            end == name.Length || !char.IsLetter(name[end]) || BeginsCapitalised(name, end);

        private static bool BeginsWord(ReadOnlySpan<char> name, int start) =>
            start == 0 || !char.IsLetter(name[start - 1]) || BeginsCapitalised(name, start)
            // Behind an abbreviation, as in APIkey.
            || (start > 1 && char.IsLower(name[start]) && char.IsUpper(name[start - 1]) && char.IsUpper(name[start - 2]));

        /// <summary>True of the P of dbPass and DBPass.</summary>
        private static bool BeginsCapitalised(ReadOnlySpan<char> name, int place) =>
            char.IsUpper(name[place]) && (char.IsLower(name[place - 1]) || (place + 1 < name.Length && char.IsLower(name[place + 1])));
    }
}
