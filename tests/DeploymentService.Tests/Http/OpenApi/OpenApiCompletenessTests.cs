using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>Nothing that the service does is missing from the document.</summary>
public sealed partial class OpenApiCompletenessTests
{
    public static TheoryData<string> Routes => ApprovedDocument.Where(_ => true);

    [Fact]
    public void Every_route_of_the_service_is_in_the_document_and_no_other()
    {
        var mapped = Mapped().Select(route => $"{route.Method} {route.Path}").Order();
        var documented = ApprovedDocument.Routes.Values.Select(route => $"{route.Method} {route.Path}").Order();

        Assert.Equal(mapped, documented);
    }

    [Fact]
    public void Every_route_asks_for_a_token_in_the_document_exactly_where_it_does_in_the_service()
    {
        var locked = Mapped().Where(route => route.Endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null).Select(route => $"{route.Method} {route.Path}").Order();
        var documented = ApprovedDocument.Routes.Values.Where(route => route.NeedsToken).Select(route => $"{route.Method} {route.Path}").Order();

        Assert.Equal(locked, documented);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public void Every_route_says_what_it_is_for_and_shows_its_bodies(string operationId)
    {
        var route = ApprovedDocument.Routes[operationId];

        Assert.NotNull(route.Operation["summary"]);
        Assert.Single(route.Operation["tags"]!.AsArray());
        Assert.All(route.Parameters, parameter => Assert.NotNull(parameter["description"]));
        Assert.True(route.RequestBody is null || route.RequestExample is not null);
        Assert.All(route.Answers, answer => Assert.NotNull(answer.Value["description"]));
        Assert.All(route.Answers.Where(answer => answer.Value["content"] is not null), answer => Assert.NotNull(route.AnswerExample(answer.Key)));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public void Every_route_documents_the_faults_that_follow_from_what_it_asks_for(string operationId)
    {
        var route = ApprovedDocument.Routes[operationId];
        int[] expected = [500, .. route.NeedsToken ? [401, 403, 404, 503] : Array.Empty<int>(), .. route.RequestBody is null ? Array.Empty<int>() : [400, 415]];

        Assert.Subset(route.Answers.Keys.ToHashSet(), expected.ToHashSet());
    }

    [Fact]
    public void Every_property_of_a_body_is_described()
    {
        var silent = ApprovedDocument.Schemas
            .SelectMany(schema => schema.Value!["properties"]?.AsObject() ?? [], (schema, property) => (Name: $"{schema.Key}.{property.Key}", Schema: property.Value!))
            .Where(property => ApprovedDocument.Resolve(property.Schema)["description"] is not JsonValue)
            .Select(property => property.Name);

        Assert.Empty(silent);
    }

    private static IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Mapped() =>
        from endpoint in ServiceApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IExcludeFromDescriptionMetadata>() is null
        let path = "/" + Constraint().Replace(endpoint.RoutePattern.RawText!, "").Trim('/')
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select (method, path, endpoint);

    [GeneratedRegex(":[^}]+")]
    private static partial Regex Constraint();
}
