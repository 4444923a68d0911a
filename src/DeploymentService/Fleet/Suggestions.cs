using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>Which words are suggested.</summary>
/// <param name="Text">Those with this text in them, in upper or lower case; null for all.</param>
/// <param name="Limit">At most so many.</param>
[Reads(ParameterLocation.Query, "q", "limit")]
public sealed record SuggestionQuery(string? Text, int Limit)
{
    private const int StandardLimit = 50;
    private const int MostWords = 1000;

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<SuggestionQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new SuggestionQuery(query.Text("q"), Paging.LimitOf(query, StandardLimit, MostWords));
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }

    /// <summary>The words that are asked for, by the alphabet.</summary>
    internal IReadOnlyList<SuggestionView> Of(IEnumerable<SuggestionView> words) =>
    [
        .. words.Where(word => Text is null || word.Name.Contains(Text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(word => word.Name, StringComparer.OrdinalIgnoreCase).ThenBy(word => word.Name, StringComparer.Ordinal).Take(Limit),
    ];
}

/// <summary>A word by which deployments can be found.</summary>
/// <param name="Name">The word.</param>
/// <param name="Count">How many deployments have it.</param>
public sealed record SuggestionView(string Name, int Count);

/// <summary>The answer with the names of configs.</summary>
/// <param name="ConfigNames">The names, by the alphabet.</param>
public sealed record ConfigNameList(IReadOnlyList<SuggestionView> ConfigNames);

/// <summary>The answer with actions.</summary>
/// <param name="ActionNames">The actions, by the alphabet.</param>
public sealed record ActionNameList(IReadOnlyList<SuggestionView> ActionNames);
