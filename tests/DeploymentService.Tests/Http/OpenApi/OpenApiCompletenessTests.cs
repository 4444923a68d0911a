using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeploymentService.Auth;
using DeploymentService.Storage.Model;
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
        var locked = Mapped().Where(route => (route.Endpoint.Metadata.GetMetadata<IAuthorizeData>() ?? route.Endpoint.Metadata.GetMetadata<TokenRequired>() as object) is not null).Select(route => $"{route.Method} {route.Path}").Order();
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
        int[] expected = [405, 500, .. route.NeedsToken && !route.IsOfAllProjects ? [404] : Array.Empty<int>(), .. route.NeedsToken ? [401, 403, 503] : Array.Empty<int>(), .. route.RequestBody is null ? Array.Empty<int>() : [400, 415]];

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

    [Fact]
    public void Every_object_without_properties_may_have_any()
    {
        var closed = Objects(ApprovedDocument.Schemas)
            .Where(schema => schema["type"]?.GetValueKind() == JsonValueKind.String && schema["type"]!.GetValue<string>() == "object")
            .Where(schema => schema["properties"] is null && schema["additionalProperties"] is not JsonObject)
            .Select(schema => schema.GetPath());

        Assert.Empty(closed);
    }

    [Fact]
    public void Every_status_is_one_of_the_words_that_it_can_be()
    {
        var open = ApprovedDocument.Schemas
            .Where(schema => schema.Key is not "ApiVersion" and not "Health")
            .SelectMany(schema => schema.Value!["properties"]?.AsObject() ?? [])
            .Where(property => property.Key is "status" or "status_from" or "status_to" && property.Value!["enum"] is null)
            .Select(property => property.Value!.GetPath());

        Assert.Empty(open);
    }

    [Fact]
    public void Every_kind_of_event_is_named_and_so_is_each_event_of_the_stream()
    {
        var stream = ApprovedDocument.Routes["streamEvents"].Operation;
        var shape = stream["responses"]!["200"]!["content"]!["text/event-stream"]!["x-oai-itemSchema"]!["properties"]!;
        var kinds = ApprovedDocument.Schemas["EventView"]!["properties"]!["event"]!["enum"]!.AsArray().Select(word => word!.GetValue<string>());
        var names = shape["event"]!["enum"]!.AsArray().Select(word => word!.GetValue<string>()).ToList();

        Assert.Equal(EventKind.All, kinds);
        Assert.Equal(EventKind.All.Append("gap"), names);
        Assert.All(names, name => Assert.Contains($"`{name}`", stream["description"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    /// <summary>Generated clients make one word of a name, whatever stands between its parts.</summary>
    [Fact]
    public void No_two_parameters_of_a_route_become_one_in_a_generated_client()
    {
        var alike = ApprovedDocument.Routes.Values.Where(route => route.Parameters
            .GroupBy(parameter => parameter["name"]!.GetValue<string>().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
            .Any(names => names.Count() > 1));

        Assert.Empty(alike.Select(route => route.OperationId));
    }

    [Fact]
    public void Every_number_and_every_id_of_a_request_has_its_limits()
    {
        var parameters = ApprovedDocument.Routes.Values.SelectMany(route => route.Parameters).Select(parameter => (Name: parameter["name"]!.GetValue<string>(), Schema: parameter["schema"]!));
        var fields = ApprovedDocument.Routes.Values.Where(route => route.RequestBody is not null)
            .SelectMany(route => ApprovedDocument.Resolve(route.RequestBody!["schema"]!)["properties"]?.AsObject() ?? [], (_, property) => (Name: property.Key, Schema: property.Value!));
        var boundless = parameters.Concat(fields)
            .Where(field => field.Schema["type"]?.GetValue<string>() == "integer" && field.Schema["minimum"] is null)
            .Select(field => field.Name);

        Assert.Empty(boundless);
        Assert.All(parameters.Where(parameter => parameter.Name == "project_id"), parameter => Assert.Equal("^[A-Za-z0-9_-]{1,64}$", parameter.Schema["pattern"]!.GetValue<string>()));
        Assert.All(parameters.Where(parameter => parameter.Name == "server_id"), parameter => Assert.Equal(255, parameter.Schema["maxLength"]!.GetValue<int>()));
        Assert.All(parameters.Where(parameter => parameter.Name.StartsWith("changed_", StringComparison.Ordinal)), parameter => Assert.Equal("date-time", parameter.Schema["format"]!.GetValue<string>()));
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Objects(member.Value)).Prepend(members),
        JsonArray elements => elements.SelectMany(Objects),
        _ => [],
    };

    /// <summary>All routes but those of HEAD, which is answered wherever GET is.</summary>
    private static IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Mapped() =>
        from endpoint in ServiceApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IExcludeFromDescriptionMetadata>() is null
        let path = "/" + Constraint().Replace(endpoint.RoutePattern.RawText!, "").Trim('/')
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        where method != "HEAD"
        select (method, path, endpoint);

    [GeneratedRegex(":[^}]+")]
    private static partial Regex Constraint();
}
