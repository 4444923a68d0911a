using System.Text.Json.Nodes;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The limits of the document are those of the validators: every field is sent with values up to its limits and beyond them.</summary>
public sealed class OpenApiLimitTests
{
    private static readonly string[] Refusals = ["must ", "is required: "];

    // Of these a rollout needs one or two; the tests of that route know which.
    private static readonly string[] RequiredUnlessAnotherIsThere = ["config_id", "servers", "server_filter", "retry_of"];

    private readonly Project _project = ServiceApp.NewProject();

    /// <summary>Every route with each field of its body.</summary>
    public static TheoryData<string, string> Fields =>
        Cases(route => PropertiesOf(route).Select(property => property.Key).Except(route.OperationId == "createRollout" ? RequiredUnlessAnotherIsThere : []));

    /// <summary>Every route with each field that it requires.</summary>
    public static TheoryData<string, string> RequiredFields => Cases(RequiredOf);

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_value_is_refused_exactly_where_the_document_says_so(string operationId, string name)
    {
        var surprises = new List<string>();
        foreach (var (json, fits) in ProbesOf(ApprovedDocument.Resolve(PropertiesOf(ApprovedDocument.Routes[operationId])[name]!)))
        {
            var body = await BodyAsync(operationId);
            body[name] = JsonNode.Parse(json);
            var answer = await SendAsync(operationId, body);

            // Within its limits a value may still be wrong for another reason, such as a config that is not there.
            var refused = answer.Status == 400 && Refusals.Any(refusal => answer.Message.Contains($"{name}: {refusal}", StringComparison.Ordinal));
            if (refused == fits)
            {
                surprises.Add($"{json} {answer.Status} {answer.Text}");
            }
        }

        Assert.Empty(surprises);
    }

    [Theory]
    [MemberData(nameof(RequiredFields))]
    public async Task A_required_field_is_missed_when_it_is_absent(string operationId, string field)
    {
        var body = await BodyAsync(operationId);
        body.Remove(field);

        var answer = await SendAsync(operationId, body);

        Assert.Equal(400, answer.Status);
        Assert.StartsWith($"{field}: ", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("createDeployment")]
    [InlineData("updateDeployment")]
    [InlineData("createConfig")]
    [InlineData("createToken")]
    public async Task No_other_field_is_required(string operationId)
    {
        var body = await BodyAsync(operationId);
        foreach (var optional in body.Select(member => member.Key).Except(RequiredOf(ApprovedDocument.Routes[operationId])).ToList())
        {
            body.Remove(optional);
        }

        Assert.Equal(200, (await SendAsync(operationId, body)).Status);
    }

    private static TheoryData<string, string> Cases(Func<DocumentedRoute, IEnumerable<string>> namesOf)
    {
        var cases = new TheoryData<string, string>();
        foreach (var route in ApprovedDocument.Routes.Values.Where(route => route.RequestBody is not null))
        {
            foreach (var name in namesOf(route))
            {
                cases.Add(route.OperationId, name);
            }
        }

        return cases;
    }

    private static JsonObject Schema(DocumentedRoute route) => ApprovedDocument.Resolve(route.RequestBody!["schema"]!);

    private static JsonObject PropertiesOf(DocumentedRoute route) => Schema(route)["properties"]?.AsObject() ?? [];

    private static IEnumerable<string> RequiredOf(DocumentedRoute route) => Schema(route)["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? [];

    private static IEnumerable<(string Json, bool Fits)> ProbesOf(JsonObject schema)
    {
        var type = schema["type"]?.GetValue<string>();
        yield return ("null", type is null || schema["nullable"]?.GetValue<bool>() == true);
        foreach (var (json, kind) in new[] { ("{}", "object"), ("[]", "array"), ("true", "boolean") })
        {
            yield return (json, type is null || type == kind);
        }

        if (schema["enum"] is JsonArray words)
        {
            foreach (var word in words.Where(word => word is not null))
            {
                yield return (word!.ToJsonString(), true);
            }

            yield return ("\"complete\"", false);
        }
        else if (schema["maxLength"]?.GetValue<int>() is { } most)
        {
            yield return (Text('x', most), true);
            yield return (Text('x', most + 1), false);
            // Characters are counted as people count them.
            yield return (Text("😀", most), true);
            yield return (Text("😀", most + 1), false);
        }

        if (schema["minLength"]?.GetValue<int>() is 1)
        {
            yield return ("\"\"", false);
        }

        if (schema["minimum"]?.GetValue<long>() is { } least && schema["maximum"]?.GetValue<long>() is { } largest)
        {
            yield return ($"{least}", true);
            yield return ($"{least - 1}", false);
            yield return ($"{largest}", true);
            yield return ($"{largest + 1}", false);
        }
    }

    private static string Text(char character, int count) => $"\"{new string(character, count)}\"";

    private static string Text(string character, int count) => $"\"{string.Concat(Enumerable.Repeat(character, count))}\"";

    /// <summary>The example of the route, for things that are there.</summary>
    private async Task<JsonObject> BodyAsync(string operationId)
    {
        var body = ApprovedDocument.Routes[operationId].RequestExample!.DeepClone().AsObject();
        if (operationId == "createDeployment")
        {
            body["config_id"] = await _project.ConfigAsync();
        }
        else if (operationId == "createToken")
        {
            // The server of an agent has rules that depend on the role; a member has none.
            body["role"] = "member";
            body.Remove("server_id");
        }

        return body;
    }

    private async Task<Answer> SendAsync(string operationId, JsonObject body)
    {
        if (ApprovedDocument.Routes[operationId].IsIdentity)
        {
            return await ServiceApp.Shared.PostAsync(body.ToJsonString());
        }

        var path = ApprovedDocument.Routes[operationId].Path["/v1/{project_id}/".Length..];
        if (operationId == "updateDeployment")
        {
            path = path.Replace("{deployment_id}", await _project.DeploymentAsync(), StringComparison.Ordinal);
        }

        return await _project.SendAsync(ApprovedDocument.Routes[operationId].Method, path, body.ToJsonString(), ServiceApp.AdminToken);
    }
}
