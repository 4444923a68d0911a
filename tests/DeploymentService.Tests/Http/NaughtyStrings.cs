namespace DeploymentService.Tests.Http;

/// <summary>Strings that have broken other programs: quoting, templates, terminals, other people's alphabets.</summary>
public static class NaughtyStrings
{
    /// <summary>Of printable characters only: every field takes them.</summary>
    public static IReadOnlyList<string> Printable { get; } =
    [
        "null", "true", "None", "undefined", "0", "-1", "1e400", "NaN", "[]", "{}", "{\"a\": 1}", "\"", "\\", "\\\"", "\\u0000", "\\ud800", "'", "`", "a b",
        "../../../etc/hosts", "..\\..\\boot.ini", "a/b", "a%2Fb", "a%00b", "%s%n%d", "%", "C:\\NUL", "file:///dev/zero", "?marker=x&limit=0", "#fragment", ";drop",
        "'; DROP TABLE software_deployments; --", "' OR '1'='1", "\" UNION SELECT secret_hash FROM access_tokens --", "\\'; SELECT 1", "%' ESCAPE '%",
        "<script>alert(1)</script>", "<!--", "]]>", "&lt;&#0;", "javascript:void(0)", "{{7*7}}", "${jndi:ldap://nobody.invalid/a}", "#{1+1}", "<%= 1 %>", "$(id)", "`id`", "| id", "&& id",
        "{0}", "{PropertyName}", "{PropertyValue}", "{Message:lj}", "{@Destructured}", "__proto__", "$c", "a.b", "constructor",
        "é", "e\u0301", "ﬀ", "İıſK", "ＦＵＬＬ", "中文字符", "العربية", "עברית", "हिन्दी", "ไทย", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "Z\u0335\u0321\u0310a\u0334\u0322l\u0337g\u0338o\u0336",
        "😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇺🇳", "\U0010FFFF", "\u202Eright to left\u202C", "\u2066isolated\u2069", "zero\u200Bwidth\u200D\u2060\uFEFF", "\uFFFD\uFFFE\uFFFF", "\u00ADsoft", " ", "\u3000",
    ];

    /// <summary>With control characters: fields that name something do not take them.</summary>
    public static IReadOnlyList<string> Control { get; } =
    [
        "a\nb", "a\r\nX-Injected: yes", "a\tb", "\u001B[31mred\u001B[0m", "\u0007", "\b\b\b", "a\u007F", "a\u0085b", "a\u2028b", "a\u2029b", "\u009B31m", "\u0001",
    ];
}
