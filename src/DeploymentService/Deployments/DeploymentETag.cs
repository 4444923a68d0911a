using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Secrets;

namespace DeploymentService.Deployments;

/// <summary>
/// The entity tag of a deployment names what was shown: <c>"7"</c> is the revision as members see it, <c>"7.r"</c> as readers see it, <c>"7.m"</c> with
/// masked values and <c>"7.n"</c> without any, and <c>"7.0f3a…"</c> has what else is known of it, which changes without a revision.
/// </summary>
public static class DeploymentETag
{
    /// <summary>The tag of a state.</summary>
    public static string Of(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>The tag of a state and of how much of it is shown to a caller: readers get it without secrets, and so does who wants it masked.</summary>
    public static string Of(long revision, ShownValues values, Caller caller) => (values, caller.SeesSecrets) switch
    {
        (ShownValues.None, true) => OfDetails(revision, "n"),
        (ShownValues.None, false) => OfDetails(revision, "nr"),
        (ShownValues.Masked, true) => OfDetails(revision, "m"),
        (_, false) => OfDetails(revision, "r"),
        _ => Of(revision),
    };

    /// <summary>The tag of a state and of what else is shown.</summary>
    /// <param name="revision">The state.</param>
    /// <param name="hash">What else: letters and digits.</param>
    public static string OfDetails(long revision, string hash) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}.{hash}\"");

    /// <summary>The revision that a tag names, whoever it was shown to and with whatever else; null when it names none.</summary>
    public static long? RevisionOf(ReadOnlySpan<char> tag)
    {
        var text = tag.Trim('"');
        var dot = text.IndexOf('.');
        return long.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
    }
}
