using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The examples are true: what they send is accepted, and what they show is what the service answers.</summary>
public sealed class OpenApiExampleTests
{
    private const string Server = "ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5";

    /// <summary>What these hold is the client's own.</summary>
    private static readonly string[] Free = ["input_values", "output_values", "config", "options", "inputs", "outputs", "Parameters"];

    private readonly Project _project = ServiceApp.NewProject();

    // With the others' deployments in progress there is a long wait for another answer; the tests of that route know its examples.
    public static TheoryData<string> RoutesThatEnd => ApprovedDocument.Where(route => !route.IsStream && route.Path != ApprovedDocument.Routes["waitForDeployments"].Path);

    public static TheoryData<string> RoutesWithToken => ApprovedDocument.Where(route => route.NeedsToken);

    public static TheoryData<string> RoutesWithBody => ApprovedDocument.Where(route => route.RequestBody is not null);

    public static TheoryData<string> RoutesOfPages => ApprovedDocument.Where(route => route.Parameters.Any(parameter => parameter["name"]!.GetValue<string>() == "limit"));

    [Theory]
    [MemberData(nameof(RoutesThatEnd))]
    public async Task The_example_of_a_request_gets_the_example_of_the_answer(string operationId)
    {
        var route = ApprovedDocument.Routes[operationId];
        await _project.DeploymentAsync(Server);
        if (operationId == "removeServer")
        {
            // It has something in progress.
            route = route with { Path = route.Path + "?deployments=fail" };
        }

        var body = route.RequestExample?.DeepClone().AsObject();
        if (body?.ContainsKey("config_id") == true)
        {
            body["config_id"] = await _project.ConfigAsync();
        }

        var answer = await SendAsync(route, body?.ToJsonString(), await ExistingAsync());

        Assert.Equal(route.Success, answer.Status);
        if (route.AnswerExample(route.Success) is { } example)
        {
            Assert.Equal(Keys(example), Keys(answer.Json));
        }
        else
        {
            Assert.Empty(answer.Text);
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithToken))]
    public async Task Without_a_token_the_example_of_401_comes(string operationId) =>
        await AssertFaultAsync(operationId, 401, route => SendAsync(route, Body(route), token: ""));

    [Theory]
    [MemberData(nameof(RoutesWithToken))]
    public async Task With_a_token_that_may_not_the_example_of_403_comes(string operationId)
    {
        // Every role may ask for the build and for itself, so that only a stranger may not.
        var token = operationId is "showBuild" or "showCaller" ? await ServiceApp.NewProject().MemberTokenAsync() : await _project.TokenAsync("agent", "another-server");
        var ids = await ExistingAsync();
        await AssertFaultAsync(operationId, 403, route => SendAsync(route, Body(route), ids, token: token));
    }

    [Theory]
    [MemberData(nameof(RoutesWithToken))]
    public async Task With_ids_that_lead_nowhere_the_example_of_404_comes(string operationId) =>
        await AssertFaultAsync(operationId, 404, route => SendAsync(route, Body(route), ids: ParametersOf(route), project: HasIdOfItsOwn(route) ? _project.Id : "no.id"));

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task With_another_content_type_the_example_of_415_comes(string operationId) =>
        await AssertFaultAsync(operationId, 415, route => SendAsync(route, "<body/>", ParametersOf(route), contentType: "application/xml"));

    [Theory]
    [MemberData(nameof(RoutesOfPages))]
    public async Task With_a_limit_that_is_no_number_the_example_of_400_comes(string operationId) =>
        await AssertFaultAsync(operationId, 400, route => SendAsync(route with { Path = route.Path + "?limit=many" }));

    [Fact]
    public async Task A_config_in_use_gets_the_example_of_409()
    {
        var config = await _project.ConfigAsync();
        await _project.DeploymentAsync(Server, config);
        var route = ApprovedDocument.Routes["deleteConfig"];

        var answer = await SendAsync(route, ids: new() { ["config_id"] = config });

        Assert.Equal(409, answer.Status);
        var documented = ParametersOf(route)["config_id"];
        Assert.Equal(route.AnswerExample(409)!.ToJsonString().Replace(documented, config, StringComparison.Ordinal), answer.Json.ToJsonString());
    }

    private static async Task AssertFaultAsync(string operationId, int status, Func<DocumentedRoute, Task<Answer>> send)
    {
        var route = ApprovedDocument.Routes[operationId];

        var answer = await send(route);

        Assert.Equal(status, answer.Status);
        Assert.Equal(route.AnswerExample(status)!.ToJsonString(), answer.Json.ToJsonString());
    }

    private static string? Body(DocumentedRoute route) => route.RequestExample?.ToJsonString();

    /// <summary>Ids of things that are there, and that nothing else needs.</summary>
    private async Task<Dictionary<string, string>> ExistingAsync()
    {
        var token = await _project.SendAsync("POST", "tokens", """{"name": "a-token", "role": "reader"}""", ServiceApp.AdminToken);
        return new()
        {
            ["config_id"] = await _project.ConfigAsync(),
            ["deployment_id"] = await _project.DeploymentAsync(Server),
            ["token_id"] = token.Json["token"]!["id"]!.GetValue<string>(),
            ["server_id"] = Server,
        };
    }

    private static Dictionary<string, string> ParametersOf(DocumentedRoute route) => route.Parameters
        .Where(parameter => parameter["in"]!.GetValue<string>() == "path" && parameter["name"]!.GetValue<string>() != "project_id")
        .ToDictionary(parameter => parameter["name"]!.GetValue<string>(), parameter => parameter["example"]!.GetValue<string>());

    /// <summary>True where an id of something is the last of the path; a server is never unknown.</summary>
    private static bool HasIdOfItsOwn(DocumentedRoute route) => ParametersOf(route).Keys.Any(name => name != "server_id");

    private async Task<Answer> SendAsync(
        DocumentedRoute route,
        string? body = null,
        Dictionary<string, string>? ids = null,
        string? project = null,
        string token = ServiceApp.AdminToken,
        string contentType = "application/json")
    {
        var path = (ids ?? ParametersOf(route))
            .Append(new("project_id", project ?? _project.Id))
            .Aggregate(route.Path, (path, id) => path.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        request.Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue(contentType));
        return await ServiceApp.Shared.SendAsync(request);
    }

    /// <summary>The keys of a body, in their order, with the path to each.</summary>
    private static List<string> Keys(JsonNode? node, string path = "") => node switch
    {
        JsonObject members => [.. members.SelectMany(member =>
            Free.Contains(member.Key) ? [$"{path}/{member.Key}"] : Keys(member.Value, $"{path}/{member.Key}").Prepend($"{path}/{member.Key}"))],
        JsonArray { Count: > 0 } elements => Keys(elements[0], path + "/0"),
        _ => [],
    };
}
