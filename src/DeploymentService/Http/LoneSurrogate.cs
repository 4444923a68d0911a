using System.Globalization;

namespace DeploymentService.Http;

/// <summary>Finds an escape such as <c>\ud83d</c> without its other half. JSON's grammar allows it, but no UTF-8 text can hold it.</summary>
public static class LoneSurrogate
{
    /// <summary>True when the JSON text has one. A text without backslashes costs one vectorised look.</summary>
    public static bool IsIn(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            var backslash = json.IndexOf((byte)'\\');
            if (backslash < 0 || backslash + 1 >= json.Length)
            {
                return false;
            }

            var unit = CodeUnit(json[backslash..]);
            if (unit is not { } value || !char.IsSurrogate(value))
            {
                json = json[(backslash + 2)..];
                continue;
            }

            json = json[(backslash + 6)..];
            if (!char.IsHighSurrogate(value) || CodeUnit(json) is not { } low || !char.IsLowSurrogate(low))
            {
                return true;
            }

            json = json[6..];
        }
    }

    /// <summary>The code unit of a <c>\uXXXX</c> at the very beginning.</summary>
    private static char? CodeUnit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u'
        && ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
