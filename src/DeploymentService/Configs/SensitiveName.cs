using System.Text.RegularExpressions;

namespace DeploymentService.Configs;

/// <summary>Which names say that a value is a secret. In doubt they do: a value too many that is hidden harms nobody.</summary>
public static partial class SensitiveName
{
    /// <summary>
    /// True of a name that has <c>password</c>, <c>passwd</c>, <c>passphrase</c>, <c>secret</c> or <c>token</c> anywhere, or <c>key</c> as a word or at
    /// its end: <c>db_password</c>, <c>apiToken</c>, <c>SSHKey</c>, <c>key_1</c>, but not <c>keyboard</c>.
    /// </summary>
    public static bool Is(string name) => Pattern().IsMatch(name);

    [GeneratedRegex("(?i:passw(or)?d|passphrase|secret|token|keys?$)|(?i:(?<![a-z])keys?(?![a-z]))|[Kk]eys?(?=[A-Z])|KEYS?(?=[A-Z][a-z])", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
