using System.Text.RegularExpressions;

namespace DeploymentService.Agents.Script;

/// <summary>Texts of others in a script for <c>sh</c>.</summary>
internal static partial class ShellText
{
    /// <summary>One word that is the text, whatever is in it but NUL, which no shell can hold: between single quotes nothing has a meaning but another one.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A text for people on one line, without what a terminal would take for a command.</summary>
    public static string Line(string? text) => Controls().Replace(string.IsNullOrEmpty(text) ? "(without a name)" : text, " ");

    /// <summary>True of a name that every shell lets be exported and gives no meaning of its own: none of these begins with a small letter, or has an underscore but behind the name of a shell or of the locale.</summary>
    public static bool IsPlainName(string name) => PlainName().IsMatch(name);

    /// <summary>True of a text that a shell can hold.</summary>
    public static bool CanHold(string text) => !text.Contains('\0', StringComparison.Ordinal);

    [GeneratedRegex(@"^([a-z][A-Za-z0-9_]*|(?!BASH_|KSH_|ZSH_|LC_)[A-Z][A-Z0-9]*_[A-Za-z0-9_]*)\z")]
    private static partial Regex PlainName();

    [GeneratedRegex(@"[\p{Cc}\u2028\u2029]")]
    private static partial Regex Controls();
}
