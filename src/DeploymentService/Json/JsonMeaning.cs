using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DeploymentService.Json;

/// <summary>
/// Compares JSON values by what they say. Numbers are compared exactly, however they are written and however large they are: the framework's own comparison
/// throws at an exponent of ten digits. Nothing is ever as large as the number that a text stands for.
/// </summary>
internal static class JsonMeaning
{
    /// <summary>True when both say the same: white space, the order of members and the way to write a number do not count. Of members with one name the last counts.</summary>
    public static bool IsSame(JsonElement one, JsonElement other) => one.ValueKind == other.ValueKind && one.ValueKind switch
    {
        JsonValueKind.Object => IsSameObject(one, other),
        JsonValueKind.Array => IsSameList(one, other),
        JsonValueKind.Number => Number.Of(JsonMarshal.GetRawUtf8Value(one)).IsSame(Number.Of(JsonMarshal.GetRawUtf8Value(other))),
        JsonValueKind.String => one.ValueEquals(other.GetString()),
        _ => true,
    };

    private static bool IsSameObject(JsonElement one, JsonElement other)
    {
        var (mine, theirs) = (Members(one), Members(other));
        if (mine.Count != theirs.Count)
        {
            return false;
        }

        foreach (var (name, value) in mine)
        {
            if (!theirs.TryGetValue(name, out var their) || !IsSame(value, their))
            {
                return false;
            }
        }

        return true;
    }

    private static Dictionary<string, JsonElement> Members(JsonElement value)
    {
        var members = new Dictionary<string, JsonElement>();
        foreach (var member in value.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }

    private static bool IsSameList(JsonElement one, JsonElement other)
    {
        if (one.GetArrayLength() != other.GetArrayLength())
        {
            return false;
        }

        using var theirs = other.EnumerateArray();
        foreach (var element in one.EnumerateArray())
        {
            theirs.MoveNext();
            if (!IsSame(element, theirs.Current))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A number as it is written: <c>-12.50e3</c> has the digits <c>1250</c>, of which two are behind the point, and the exponent <c>3</c>.</summary>
    private readonly ref struct Number
    {
        // What a long holds, whatever place is added.
        private const int LongestSimple = 18;

        private readonly ReadOnlySpan<byte> _whole;
        private readonly ReadOnlySpan<byte> _fraction;
        private readonly ReadOnlySpan<byte> _exponent;
        private readonly bool _isNegative;

        private Number(ReadOnlySpan<byte> text)
        {
            _isNegative = text[0] == '-';
            text = _isNegative ? text[1..] : text;
            var end = text.IndexOfAny((byte)'e', (byte)'E');
            _exponent = end < 0 ? [] : text[(end + 1)..];
            text = end < 0 ? text : text[..end];
            var point = text.IndexOf((byte)'.');
            _whole = (point < 0 ? text : text[..point]).TrimStart((byte)'0');
            _fraction = point < 0 ? [] : text[(point + 1)..].TrimEnd((byte)'0');
        }

        public static Number Of(ReadOnlySpan<byte> text) => new(text);

        /// <summary>True when both are the same number; 0 and -0 are.</summary>
        public bool IsSame(Number other)
        {
            // The digits from the first to the last that is not 0, and to which power of ten the last belongs.
            var mine = Digits(out var place);
            var theirs = other.Digits(out var otherPlace);
            if (mine.Length == 0 || theirs.Length == 0)
            {
                return mine.Length == theirs.Length;
            }

            return _isNegative == other._isNegative && mine.SequenceEqual(theirs)
                && Sum(_exponent, place).SequenceEqual(Sum(other._exponent, otherPlace));
        }

        private ReadOnlySpan<byte> Digits(out int place)
        {
            if (_fraction.Length == 0)
            {
                var digits = _whole.TrimEnd((byte)'0');
                place = _whole.Length - digits.Length;
                return digits;
            }

            place = -_fraction.Length;
            return _whole.Length == 0 ? _fraction.TrimStart((byte)'0') : (byte[])[.. _whole, .. _fraction];
        }

        /// <summary>An exponent and a place added up, as a text. In steps as many as it has digits: to make a number of a million digits takes seconds.</summary>
        private static byte[] Sum(ReadOnlySpan<byte> exponent, int place)
        {
            var isNegative = exponent.Length > 0 && exponent[0] == '-';
            var digits = exponent.TrimStart("+-"u8).TrimStart((byte)'0');
            if (digits.Length <= LongestSimple)
            {
                var value = digits.Length == 0 ? 0 : long.Parse(digits, CultureInfo.InvariantCulture);
                return Encoding.ASCII.GetBytes(((isNegative ? -value : value) + place).ToString("+0;-0;+0", CultureInfo.InvariantCulture));
            }

            // Larger than any place, so that the sign stays; with room for a carry.
            byte[] sum = [(byte)'0', .. digits];
            long carry = isNegative ? -place : place;
            for (var index = sum.Length - 1; carry != 0; index--)
            {
                carry += sum[index] - '0';
                var digit = carry % 10;
                digit = digit < 0 ? digit + 10 : digit;
                sum[index] = (byte)('0' + digit);
                carry = (carry - digit) / 10;
            }

            return [isNegative ? (byte)'-' : (byte)'+', .. sum.AsSpan().TrimStart((byte)'0')];
        }
    }
}
