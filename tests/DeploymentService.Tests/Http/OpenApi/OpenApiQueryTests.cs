using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The parameters of queries are taken and refused as the document says.</summary>
public sealed class OpenApiQueryTests
{
    private readonly Project _project = ServiceApp.NewProject();

    // The route that waits for its parameters to come true has tests of its own.
    /// <summary>Every route that ends at once, with each parameter of its query.</summary>
    public static TheoryData<string, string> Parameters
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var route in ApprovedDocument.Routes.Values.Where(route => route.NeedsToken && !route.IsIdentity && !route.IsStream && !route.OperationId.StartsWith("waitFor", StringComparison.Ordinal)))
            {
                foreach (var parameter in route.Parameters.Where(parameter => parameter["in"]!.GetValue<string>() == "query"))
                {
                    cases.Add(route.OperationId, parameter["name"]!.GetValue<string>());
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task A_value_is_refused_exactly_where_the_document_says_so(string operationId, string name)
    {
        var route = ApprovedDocument.Routes[operationId];
        var schema = route.Parameters.Single(parameter => parameter["name"]!.GetValue<string>() == name && parameter["in"]!.GetValue<string>() == "query")["schema"]!.AsObject();
        var path = (route.IsOfAllProjects ? route.Path.Replace("/v1/", "../", StringComparison.Ordinal) : route.Path["/v1/{project_id}/".Length..])
            .Replace("{deployment_id}", await _project.DeploymentAsync(), StringComparison.Ordinal)
            .Replace("{server_id}", "a-server", StringComparison.Ordinal);
        var surprises = new List<string>();
        foreach (var (value, fits) in ProbesOf(schema).Where(probe => name != "wait" || probe.Value != "7"))
        {
            var answer = await _project.SendAsync(route.Method, $"{path}?{name}={Uri.EscapeDataString(value)}", token: ServiceApp.AdminToken);
            if (answer.Status == 400 == fits)
            {
                surprises.Add($"{value}: {answer.Status} {answer.Text}");
            }
        }

        Assert.Empty(surprises);
    }

    private static IEnumerable<(string Value, bool Fits)> ProbesOf(JsonObject schema) => schema["type"]!.GetValue<string>() switch
    {
        "boolean" => [("true", true), ("false", true), ("yes", false)],
        "integer" => [($"{schema["minimum"]}", true), ("7", true), ("-1", false), ("many", false)],
        "array" => [.. Words(ApprovedDocument.Resolve(schema["items"]!)), (string.Join(',', Words(ApprovedDocument.Resolve(schema["items"]!)).Select(word => word.Value)), true), ("another", false)],
        _ when schema["enum"] is not null => [.. Words(schema), ("another", false)],
        _ when schema["format"]?.GetValue<string>() == "date-time" =>
            [("2026-11-23T13:26:51Z", true), ("2026-11-23T13:26:51.123Z", true), ("2026-11-23T13:26:51.1234567+01:00", true), ("yesterday", false)],
        _ => [],
    };

    private static IEnumerable<(string Value, bool Fits)> Words(JsonNode schema) => schema["enum"]!.AsArray().Select(word => (word!.GetValue<string>(), true));
}
