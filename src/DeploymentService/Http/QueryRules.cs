using System.Reflection;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Http;

/// <summary>
/// Which parameters a route takes in its query. What a client misspelt or gave twice is refused: an answer to another question than was asked looks like
/// an answer to it. Metadata of a route.
/// </summary>
/// <param name="Names">The parameters that the route takes.</param>
/// <param name="Several">Those of them that may be there several times.</param>
/// <param name="Heats">
/// Those of them that Heat takes on this route, where others are ignored as in Heat until one is there that Heat does not have; null on a route of our own.
/// </param>
public sealed record QueryRules(IReadOnlyCollection<string> Names, IReadOnlyCollection<string> Several, IReadOnlyCollection<string>? Heats)
{
    // An answer needs not repeat all of a hostile query.
    private const int MostShown = 10;
    private const int LongestShown = 60;

    /// <summary>True when a query is strict: on every route of our own, and elsewhere when it has a parameter that Heat does not have.</summary>
    public bool AreStrictFor(IQueryCollection query) =>
        Heats is null || query.Keys.Any(name => Has(Names, name) && !Has(Heats, name));

    /// <summary>What is wrong with the names of a query.</summary>
    public IEnumerable<FieldFault> Check(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (values.Count > 1 && Has(Names, name) && !Has(Several, name))
            {
                yield return new(name, $"takes one value, and is there {values.Count} times");
            }
        }

        if (AreStrictFor(query) && query.Keys.Where(name => !Has(Names, name)).ToList() is { Count: > 0 } unknown)
        {
            var shown = unknown.Take(MostShown).Select(Shown).Concat(unknown.Count > MostShown ? ["…"] : []);
            var known = Names.Count == 0 ? "this call takes no parameters" : $"this call takes {string.Join(", ", Names)}";
            yield return new(string.Join(", ", shown), $"unknown; {known}");
        }
    }

    private static bool Has(IReadOnlyCollection<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Shown(string name) => name.Length switch
    {
        0 => "''",
        > LongestShown => name[..LongestShown] + "…",
        _ => name,
    };
}

/// <summary>Metadata of a route on which unknown parameters are ignored, as in Heat, until one is there that Heat does not have.</summary>
/// <param name="Heats">Which parameters Heat takes there.</param>
public sealed record LenientQuery(params string[] Heats);

/// <summary>Puts <see cref="QueryRules"/> on routes.</summary>
public static class QueryRulesRoutes
{
    /// <summary>
    /// Gives every route of a group the rules that follow from what its handler declares to read (<see cref="ReadsAttribute"/>). Parameters that read the
    /// query by themselves keep the rules through <see cref="QueryFields"/>; for other handlers they are kept here.
    /// </summary>
    public static RouteGroupBuilder CheckQueries(this RouteGroupBuilder group)
    {
        // When everything else is known of the route, LenientQuery above all.
        ((IEndpointConventionBuilder)group).Finally(AddRules);
        return group;
    }

    /// <summary>Says that unknown parameters of the route are ignored, as in Heat, which takes these there.</summary>
    public static RouteHandlerBuilder IgnoresUnknownParameters(this RouteHandlerBuilder route, params string[] heats) => route.WithMetadata(new LenientQuery(heats));

    private static void AddRules(EndpointBuilder route)
    {
        var handler = route.Metadata.OfType<MethodInfo>().First();
        var reads = ReadsAttribute.Of(handler).Where(read => read.Place == ParameterLocation.Query).ToList();
        var bound = handler.GetParameters().Select(parameter => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name).OfType<string>();
        var heats = route.Metadata.OfType<LenientQuery>().FirstOrDefault()?.Heats;
        string[] names = [.. reads.SelectMany(read => read.Names).Concat(bound).Distinct()];
        if (heats is not null && names.Length == 0)
        {
            return;
        }

        route.Metadata.Add(new QueryRules(names, [.. reads.Select(read => read.Several).OfType<string>()], heats));
        if (reads.Count == 0)
        {
            var inner = route.RequestDelegate!;
            route.RequestDelegate = http =>
            {
                if (http.Request.QueryString.HasValue)
                {
                    new QueryFields(http).ThrowIfInvalid();
                }

                return inner(http);
            };
        }
    }
}
