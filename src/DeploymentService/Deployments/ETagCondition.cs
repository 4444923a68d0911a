using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Secrets;
using Microsoft.Extensions.Primitives;

namespace DeploymentService.Deployments;

/// <summary>
/// The states of a deployment as HTTP knows them. An entity tag names what was shown: <c>"7"</c> is the revision as members see it, <c>"7.r"</c> as readers
/// see it, <c>"7.m"</c> with masked values and <c>"7.n"</c> without any, and <c>"7.0f3a…"</c> has what else is known of it, which changes without a revision. A header with tags may name several, or <c>*</c> for any.
/// A weak tag counts like a strong one: proxies that compress make one of the other.
/// </summary>
/// <param name="Any">True when every state will do.</param>
/// <param name="Tags">The tags, each in its quotation marks.</param>
public sealed record ETagCondition(bool Any, IReadOnlyList<string> Tags)
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

    /// <summary>Reads <c>If-Match</c> or <c>If-None-Match</c>; null when the request has none. What is no tag names no state.</summary>
    public static ETagCondition? Read(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
        {
            return null;
        }

        var tags = new List<string>();
        ReadOnlySpan<char> rest = header.ToString().AsSpan().Trim();
        var any = rest is "*";
        while (!rest.IsEmpty)
        {
            var tag = rest.StartsWith("W/") ? rest[2..] : rest;
            if (tag is ['"', .. var inside])
            {
                // A tag may have a comma in it.
                var length = inside.IndexOf('"') + 2;
                rest = length < 2 ? [] : tag[length..].TrimStart();
                if (length >= 2 && rest is [] or [',', ..])
                {
                    tags.Add(tag[..length].ToString());
                }
            }

            var comma = rest.IndexOf(',');
            rest = comma < 0 ? [] : rest[(comma + 1)..].TrimStart();
        }

        return new(any, tags);
    }

    /// <summary>True when what is shown under a tag is among them.</summary>
    public bool Have(string tag) => Any || Tags.Contains(tag);

    /// <summary>True when a state is among them, whoever it was shown to and with whatever else.</summary>
    public bool Have(long revision)
    {
        if (Any)
        {
            return true;
        }

        foreach (var tag in Tags)
        {
            var text = tag.AsSpan(1, tag.Length - 2);
            var dot = text.IndexOf('.');
            if (long.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == revision)
            {
                return true;
            }
        }

        return false;
    }
}
