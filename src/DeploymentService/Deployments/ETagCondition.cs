using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Deployments;

/// <summary>
/// The states that a client names in <c>If-Match</c> or <c>If-None-Match</c>: some tags (<see cref="DeploymentETag"/>), or <c>*</c> for any. A weak tag counts
/// like a strong one: proxies that compress make one of the other.
/// </summary>
public sealed class ETagCondition
{
    private readonly bool _any;
    private readonly IList<EntityTagHeaderValue> _tags;

    private ETagCondition(IList<EntityTagHeaderValue> tags)
    {
        _any = tags is [var only] && only.Equals(EntityTagHeaderValue.Any);
        _tags = tags;
    }

    /// <summary>Reads the header; null when the request has none.</summary>
    public static ETagCondition? Read(StringValues header) => StringValues.IsNullOrEmpty(header)
        ? null
        : new(EntityTagHeaderValue.TryParseStrictList(header!, out var tags) ? tags : ReadEach(header.ToString()));

    /// <summary>True when what is shown under a tag is among them.</summary>
    public bool Matches(string tag) => _any || Names(tag);

    /// <summary>True when a state is among them, whoever it was shown to and with whatever else.</summary>
    public bool Matches(long revision) => _any || _tags.Any(tag => DeploymentETag.RevisionOf(tag.Tag) == revision);

    /// <summary>True when the client has named this very tag, and not just any.</summary>
    public bool Names(string tag) => _tags.Any(named => named.Tag.Equals(tag, StringComparison.Ordinal));

    // Something in the list is no tag: it names no state, and the others still do. Where a quotation mark is open nobody knows where a tag begins.
    private static List<EntityTagHeaderValue> ReadEach(string list)
    {
        var tags = new List<EntityTagHeaderValue>();
        if (list.Count(character => character == '"') % 2 == 0)
        {
            foreach (var element in list.Split(','))
            {
                if (EntityTagHeaderValue.TryParse(element, out var tag) && !tag.Equals(EntityTagHeaderValue.Any))
                {
                    tags.Add(tag);
                }
            }
        }

        return tags;
    }
}
