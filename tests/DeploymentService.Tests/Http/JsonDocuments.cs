using System.Text;

namespace DeploymentService.Tests.Http;

/// <summary>JSON, and what is nearly JSON: the documents that the body tests send. Each has a name, since a test's name cannot hold its bytes.</summary>
public static class JsonDocuments
{
    /// <summary>Values that JSON's grammar allows. They come back byte for byte.</summary>
    public static IReadOnlyDictionary<string, string> Kept { get; } = Named(
        // Numbers, in all the ways to write them.
        "0", "-0", "0.0", "-0.0", "1.0", "1.10", "10", "0e0", "1E+2", "1e-7", "0E-5", "1e400", "-1e400", "1e-400", "5e-324", "1.7976931348623157e308",
        "12345678901234567890", "-9223372036854775809", "0.1000000000000000055511151231257827", "3141592653589793238462643383279502884197169399",
        // Literals and containers.
        "null", "true", "false", "[]", "{}", "[ ]", "{\t}", "[\r\n1 ,\t2 ]", "[[[[[]]]]]", "[null,null]", "[{},{\"a\":[]}]", "{ \"a\" : 1 }",
        // Strings: escapes stay escapes and characters stay characters.
        "\"\"", "\" \"", """
        "\""
        """, """
        "\\\/\b\f\n\r\t"
        """, """
        "\u0000"
        """, """
        "a\u0000b"
        """, """
        "\u001F\u007f\u0080\uFFFF"
        """, """
        "\u00e9 é"
        """, """
        "\ud83d\ude00 😀"
        """, """
        "\uD83D\uDE00\\ud83d"
        """, "\"\u007F\u0085\u00A0\u2028\u2029\uFEFF\uFFFE\uFFFF\"", "\"\U00010000\U0010FFFF\U000F0000\"", "\"e\u0301 \u202Eabc\u202C \u200B\u200D\"",
        // Keys.
        """{"": 1}""", """{"a.b": 1, "$c": 2, "a/b": 3, " ": 4}""", """{"__proto__": {"x": 1}, "constructor": 2, "toString": 3}""",
        """{"a": 1, "a": 2}""", """{"a": 1, "\u0061": 2}""", """{"a\u0000b": 1, "\u0000": 2}""", """{"z": 1, "a": 2, "10": 3, "9": 4}""",
        "{\"é\": 1, \"e\u0301\": 2, \"😀\": 3}", """{"\"": 1, "\\": 2, "\n": 3}""",
        // Size: deep as far as is promised, and wide.
        Nested(100), Nested(126), "[" + string.Join(',', Enumerable.Range(0, 10_000)) + "]", $"\"{new string('x', 100_000)}\"");

    /// <summary>Texts that are no JSON values, or that cannot be kept.</summary>
    public static IReadOnlyDictionary<string, string> Refused { get; } = Named(
        // Numbers.
        "NaN", "nan", "Infinity", "-Infinity", "+1", "01", "-01", "00", "1.", ".5", "-.5", "-", "1e", "1e+", "1.e1", "0x1F", "1_000", "--1", "- 1", "1,5", "1 000", "１",
        // Literals.
        "tru", "True", "TRUE", "nul", "None", "undefined", "falsey", "null0",
        // Strings.
        "'a'", "\"a", "a", "\"\\x41\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\U0041\"", "\"\\\"", "\"\\a\"", "\"\\u\"", "\"a\nb\"", "\"a\tb\"", "\"\u0000\"", "\"\u001F\"", "“a”",
        // Halves of surrogate pairs.
        "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83dx\"", "\"\\ud83d\\u0041\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\\\ude00\"", "\"\\uD83D\\uD83D\\uDE00\"",
        "{\"\\udbff\": 1}", "[\"x\", {\"a\": \"\\uDFFF\"}]",
        // Containers.
        "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1", "1]", "[1}", "[", "{a: 1}", "{\"a\"}", "{\"a\":}", "{\"a\": 1,}", "{\"a\": 1 \"b\": 2}", "{\"a\" 1}",
        "{1: 2}", "{null: 1}", "{\"a\": 1]", "{'a': 1}", "{,}", "{\"a\"=1}", "(1)",
        // Comments, and white space of other languages.
        "/* c */ 1", "1 // c", "1 # c", "\u00A01", "\u000B1", "\uFEFF1", "",
        // Too deep.
        Nested(127), Nested(5_000), new string('[', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 50_000)));

    /// <summary>Bytes that are no UTF-8, to stand inside a string.</summary>
    public static IReadOnlyDictionary<string, byte[]> NoUtf8 { get; } = new Dictionary<string, byte[]>
    {
        ["overlong NUL"] = [0xC0, 0x80],
        ["overlong slash"] = [0xE0, 0x80, 0xAF],
        ["overlong of four"] = [0xF0, 0x80, 0x80, 0xAF],
        ["surrogate half"] = [0xED, 0xA0, 0xBD],
        ["surrogate pair"] = [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        ["beyond Unicode"] = [0xF4, 0x90, 0x80, 0x80],
        ["never a byte"] = [0xFF],
        ["continuation alone"] = [0x80],
        ["character cut short"] = [0xE2, 0x82],
        ["Latin-1"] = [0xE9],
        ["five bytes"] = [0xF8, 0x88, 0x80, 0x80, 0x80],
    };

    /// <summary>Whole bodies that are not a JSON object in UTF-8.</summary>
    public static IReadOnlyDictionary<string, byte[]> RefusedBodies { get; } = new Dictionary<string, byte[]>
    {
        ["nothing"] = [],
        ["white space"] = " \r\n\t"u8.ToArray(),
        ["list"] = "[]"u8.ToArray(),
        ["list of an object"] = "[{\"status\": \"COMPLETE\"}]"u8.ToArray(),
        ["string"] = "\"COMPLETE\""u8.ToArray(),
        ["number"] = "1"u8.ToArray(),
        ["null"] = "null"u8.ToArray(),
        ["true"] = "true"u8.ToArray(),
        ["two objects"] = "{\"status\": \"COMPLETE\"}{}"u8.ToArray(),
        ["object and word"] = "{\"status\": \"COMPLETE\"} x"u8.ToArray(),
        ["object and bracket"] = "{\"status\": \"COMPLETE\"}]"u8.ToArray(),
        ["object and NUL"] = "{\"status\": \"COMPLETE\"}\0"u8.ToArray(),
        ["object and comment"] = "{\"status\": \"COMPLETE\"} // done"u8.ToArray(),
        ["broken behind a good field"] = "{\"status\": \"COMPLETE\", \"x\": 01}"u8.ToArray(),
        ["form"] = "status=COMPLETE"u8.ToArray(),
        ["XML"] = "<status>COMPLETE</status>"u8.ToArray(),
        ["byte order mark"] = [0xEF, 0xBB, 0xBF, .. "{\"status\": \"COMPLETE\"}"u8],
        ["UTF-16, little end first"] = Encoding.Unicode.GetBytes("{\"status\": \"COMPLETE\"}"),
        ["UTF-16, big end first"] = Encoding.BigEndianUnicode.GetBytes("{\"status\": \"COMPLETE\"}"),
        ["UTF-16 with its mark"] = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"status\": \"COMPLETE\"}")],
        ["UTF-32"] = Encoding.UTF32.GetBytes("{\"status\": \"COMPLETE\"}"),
        ["compressed"] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3],
    };

    /// <summary>Lists in lists, so many that the innermost is that deep.</summary>
    public static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static Dictionary<string, string> Named(params string[] texts)
    {
        var named = new Dictionary<string, string>();
        foreach (var text in texts)
        {
            var start = string.Concat(text.Take(40).Select(character => character is >= ' ' and <= '~' ? character.ToString() : $"U+{(int)character:X4}"));
            named.Add(text.Length <= 40 ? start : $"{start}… ({text.Length})", text);
        }

        return named;
    }
}
