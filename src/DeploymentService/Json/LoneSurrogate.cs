using System.Globalization;

namespace DeploymentService.Json;

/// <summary>Finds an escape such as <c>\ud83d</c> without its other half. JSON's grammar allows it, but no UTF-8 text can hold it.</summary>
public static class LoneSurrogate
{
    /// <summary>True when the JSON text has one. A text without backslashes costs one vectorised look.</summary>
    public static bool IsIn(ReadOnlySpan<byte> json) => Find(json) >= 0;

    /// <summary>Puts U+FFFD in the place of each, where a text with a mark in it is better than none. The length stays.</summary>
    /// <returns>True when there was one.</returns>
    public static bool Replace(Span<byte> json)
    {
        var found = false;
        for (var place = Find(json); place >= 0; place = Find(json))
        {
            "\\ufffd"u8.CopyTo(json[place..]);
            json = json[(place + 6)..];
            found = true;
        }

        return found;
    }

    private static int Find(ReadOnlySpan<byte> json)
    {
        var place = 0;
        while (json[place..].IndexOf((byte)'\\') is >= 0 and var ahead && place + ahead + 1 < json.Length)
        {
            place += ahead;
            if (CodeUnit(json[place..]) is not { } unit || !char.IsSurrogate(unit))
            {
                place += 2;
            }
            else if (char.IsHighSurrogate(unit) && CodeUnit(json[(place + 6)..]) is { } low && char.IsLowSurrogate(low))
            {
                place += 12;
            }
            else
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>The code unit of a <c>\uXXXX</c> at the very beginning.</summary>
    private static char? CodeUnit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u'
        && ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
