using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace DeploymentService.Deployments;

/// <summary>
/// The states of a deployment as HTTP knows them: an entity tag is the deployment's revision in quotation marks. A header with tags may name several,
/// or <c>*</c> for any. A weak tag counts like a strong one: proxies that compress make one of the other.
/// </summary>
/// <param name="Any">True when every state will do.</param>
/// <param name="Revisions">The states.</param>
public sealed record StateTags(bool Any, IReadOnlyList<long> Revisions)
{
    /// <summary>The tag of a state.</summary>
    public static string Of(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>Reads <c>If-Match</c> or <c>If-None-Match</c>; null when the request has none. A tag that is not ours names no state.</summary>
    public static StateTags? Read(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
        {
            return null;
        }

        var tags = header.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var revisions = new List<long>(tags.Length);
        foreach (var tag in tags)
        {
            var opaque = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
            if (opaque is ['"', .. var number, '"'] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            {
                revisions.Add(revision);
            }
        }

        return new(tags.Contains("*"), revisions);
    }

    /// <summary>True when a state is among them.</summary>
    public bool Have(long revision) => Any || Revisions.Contains(revision);
}
