using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The examples are true: what they send is accepted, and what they show is what the service answers.</summary>
public sealed class OpenApiExampleTests
{
    private const string Server = "ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5";

    /// <summary>What these hold is the client's own.</summary>
    private static readonly string[] Free = ["input_values", "output_values", "config", "options", "inputs", "outputs", "Parameters"];

    /// <summary>Keys that only some answers have, and the key of a created token.</summary>
    private static readonly string[] SometimesThere =
    [
        "/token/secret: not required", "/token/catalog: not required", "/summary/hours: not required", "/summary/groups: not required",
        "/summary/group_count: not required", "/summary/groups/0/example: not required",
        "/usage/quotas: not required", "/usage/0/quotas: not required",
        "/webhook/secret: not required", "/rollout/input_values: not required", "/rollout/waiting_for: not required", "/rollout/reasons: not required",
    ];

    private const string Subject = "X-Subject-Token";

    private readonly Project _project = ServiceApp.NewProject();

    public static TheoryData<string> AllRoutes => ApprovedDocument.Where(_ => true);

    // With the others' deployments in progress there is a long wait for another answer; the tests of that route know its examples.
    public static TheoryData<string> RoutesThatEnd => ApprovedDocument.Where(route => !route.IsStream && !route.OperationId.StartsWith("waitFor", StringComparison.Ordinal));

    public static TheoryData<string> RoutesWithToken => ApprovedDocument.Where(route => route.NeedsToken);

    public static TheoryData<string> RoutesWithIds => ApprovedDocument.Where(route => route.NeedsToken && !route.IsOfAllProjects);

    public static TheoryData<string> RoutesWithBody => ApprovedDocument.Where(route => route.RequestBody is not null);

    public static TheoryData<string> RoutesOfPages => ApprovedDocument.Where(route => route.Parameters.Any(parameter => parameter["name"]!.GetValue<string>() == "limit"));

    public static TheoryData<string> RoutesWithStrictQueries => ApprovedDocument.Where(route =>
        route.Answers.ContainsKey(400) && route.AnswerExample(400)!["error"]!["message"]!.GetValue<string>().StartsWith("confg_id: unknown", StringComparison.Ordinal));

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
        else if (operationId == "summarizeDeployments")
        {
            route = route with { Path = route.Path + "?group_by=reason" };
        }

        var body = route.RequestExample?.DeepClone().AsObject();
        if (body?.ContainsKey("config_id") == true)
        {
            body["config_id"] = await _project.ConfigAsync();
        }
        else if (operationId == "signIn")
        {
            body = JsonNode.Parse(body!.ToJsonString()
                .Replace("\"ci\"", "\"member-of-a-test\"", StringComparison.Ordinal)
                .Replace("dst_EXAMPLE", await _project.MemberTokenAsync(), StringComparison.Ordinal)
                .Replace("\"demo\"", $"\"{_project.Id}\"", StringComparison.Ordinal))!.AsObject();
        }

        var answer = await SendAsync(route, body?.ToJsonString(), await ExistingAsync(operationId));

        Assert.Equal(route.Success, answer.Status);
        if (route.AnswerExample(route.Success) is { } example)
        {
            Assert.Equal(Keys(example), Keys(answer.Json));
            Assert.Empty(DocumentedSchema.HasBindingError(route.AnswerSchema(route.Success)!, example));
            Assert.Empty(DocumentedSchema.HasBindingError(route.AnswerSchema(route.Success)!, answer.Json, isComplete: true).Except(SometimesThere));
        }
        else
        {
            Assert.Empty(answer.Text);
        }

        AssertHeaders(route, answer);
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
        var ids = await ExistingAsync(operationId);
        await AssertFaultAsync(operationId, 403, route => SendAsync(route, Body(route), ids, token: token));
    }

    [Theory]
    [MemberData(nameof(RoutesWithIds))]
    public async Task With_ids_that_lead_nowhere_the_example_of_404_comes(string operationId) =>
        await AssertFaultAsync(operationId, 404, route => SendAsync(route, Body(route), ids: ParametersOf(route), project: route.IsIdentity || HasIdOfItsOwn(route) ? _project.Id : "no.id"));

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task With_another_content_type_the_example_of_415_comes(string operationId) =>
        await AssertFaultAsync(operationId, 415, route => SendAsync(route, "<body/>", ParametersOf(route), contentType: "application/xml"));

    [Theory]
    [MemberData(nameof(RoutesOfPages))]
    public async Task With_a_limit_that_is_no_number_the_example_of_400_comes(string operationId) =>
        await AssertFaultAsync(operationId, 400, route => SendAsync(route with { Path = route.Path + "?limit=many" }));

    [Theory]
    [MemberData(nameof(RoutesWithStrictQueries))]
    public async Task With_a_parameter_that_is_misspelt_the_example_of_400_comes(string operationId)
    {
        var ids = await ExistingAsync(operationId);
        await AssertFaultAsync(operationId, 400, route => SendAsync(route with { Path = route.Path + "?confg_id=1" }, ids: ids));
    }

    [Theory]
    [MemberData(nameof(AllRoutes))]
    public async Task With_a_method_that_the_path_does_not_have_the_example_of_405_comes(string operationId) =>
        await AssertFaultAsync(operationId, 405, route => SendAsync(route with { Method = "PATCH" }));

    [Fact]
    public void The_examples_are_those_of_the_readmes_session()
    {
        // The session goes on in the pages behind it.
        var readme = Page("README.md") + Page("src/docs/deployments.md") + Page("src/docs/rollouts.md");
        var parameters = ApprovedDocument.Routes.Values.SelectMany(route => route.Parameters)
            .Where(parameter => parameter["example"] is not null && parameter["name"]!.GetValue<string>() is not ("token_id" or "webhook_id" or "delivery_id"))
            .Select(parameter => parameter["example"]!.ToString())
            .Distinct()
            .ToList();

        Assert.Contains("demo", parameters);
        Assert.All(parameters, example => Assert.Contains(example, readme, StringComparison.Ordinal));
        Assert.Contains("/v1/demo\n", readme, StringComparison.Ordinal);
        Assert.Contains(ApprovedDocument.Routes["updateDeployment"].RequestExample!["output_values"]!["result"]!.GetValue<string>(), readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_cut_has_the_link_in_the_header()
    {
        await _project.ConfigAsync();
        await _project.ConfigAsync();
        var route = ApprovedDocument.Routes["listConfigs"];

        var answer = await SendAsync(route with { Path = route.Path + "?limit=1" });

        Assert.Contains("link", answer.Headers.Keys);
        AssertHeaders(route, answer);
        Assert.Empty(DocumentedSchema.HasBindingError(route.AnswerSchema(200)!, answer.Json));
    }

    [Fact]
    public async Task A_deployment_with_all_its_details_fits_what_the_document_says()
    {
        var config = await _project.ConfigAsync();
        await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "{{Server}}", "timeout": 60}""");

        var answer = await _project.SendAsync("GET", "software_deployments?detail=true");

        var schema = ApprovedDocument.Routes["listDeployments"].AnswerSchema(200)!;
        Assert.All(DocumentedSchema.HasBindingError(schema, answer.Json, isComplete: true), misfit => Assert.EndsWith(": not required", misfit, StringComparison.Ordinal));
    }

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
        Assert.Empty(DocumentedSchema.HasBindingError(route.AnswerSchema(status)!, answer.Json, isComplete: true));
        AssertHeaders(route, answer);
    }

    /// <summary>An answer has the headers that it always has, and none that the document knows and does not name there.</summary>
    private static void AssertHeaders(DocumentedRoute route, Answer answer)
    {
        var documented = route.AnswerHeaders(answer.Status);
        Assert.All(documented.Where(header => header.Value), header => Assert.Contains(header.Key.ToLowerInvariant(), answer.Headers.Keys));
        Assert.All(
            ApprovedDocument.Headers.Select(header => header.Key).Where(name => answer.Headers.ContainsKey(name.ToLowerInvariant())),
            name => Assert.Contains(name, documented.Keys));
    }

    private static string Page(string file) => File.ReadAllText(SourceTree.At(file));

    private static string? Body(DocumentedRoute route) => route.RequestExample?.ToJsonString();

    /// <summary>Ids of things that are there, and that nothing else needs.</summary>
    private async Task<Dictionary<string, string>> ExistingAsync(string operationId)
    {
        if (operationId.Contains("Webhook", StringComparison.Ordinal))
        {
            return await ExistingWebhookAsync(hasPing: operationId != "testWebhook");
        }

        var token = await _project.SendAsync("POST", "tokens", """{"name": "a-token", "role": "reader"}""", ServiceApp.AdminToken);
        return new()
        {
            ["config_id"] = await _project.ConfigAsync(),
            ["deployment_id"] = await _project.DeploymentAsync(Server),
            ["rollout_id"] = await RolloutAsync(),
            ["token_id"] = token.Json["token"]!["id"]!.GetValue<string>(),
            ["number"] = "1",
            ["server_id"] = Server,
            [Subject] = (await ServiceApp.Shared.SignInAsync("member-of-a-test", await _project.MemberTokenAsync())).Session(),
        };
    }

    private async Task<Dictionary<string, string>> ExistingWebhookAsync(bool hasPing)
    {
        var created = await _project.SendAsync("POST", "webhooks", """{"name": "a-webhook", "url": "http://127.0.0.1:1024/", "events": ["server.removed"]}""", ServiceApp.AdminToken);
        var id = created.Json["webhook"]!["id"]!.GetValue<string>();
        if (!hasPing)
        {
            return new() { ["webhook_id"] = id };
        }

        var ping = await _project.SendAsync("POST", $"webhooks/{id}/test", token: ServiceApp.AdminToken);
        return new() { ["webhook_id"] = id, ["delivery_id"] = ping.Json["delivery"]!["id"]!.GetValue<string>() };
    }

    private async Task<string> RolloutAsync()
    {
        var rollout = await _project.SendAsync(
            "POST", "rollouts", $$"""{"name": "{{Guid.NewGuid()}}", "config_id": "{{await _project.ConfigAsync()}}", "servers": ["{{Server}}"], "input_values": {"a": 1} }""");
        var id = rollout.Json["rollout"]!["id"]!.GetValue<string>();
        // Only of one that waits for a server there is always something to say.
        await _project.UntilCountsAsync(id, "0 1 0 0 0");
        return id;
    }

    private static Dictionary<string, string> ParametersOf(DocumentedRoute route) => route.Parameters
        .Where(parameter => parameter["in"]!.GetValue<string>() == "path" && parameter["name"]!.GetValue<string>() != "project_id")
        .ToDictionary(parameter => parameter["name"]!.GetValue<string>(), parameter => parameter["example"]!.ToString());

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
        if (route.Parameters.Any(parameter => parameter["name"]!.GetValue<string>() == Subject))
        {
            request.Headers.Add(Subject, ids?.GetValueOrDefault(Subject) ?? "a-guess");
        }

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
