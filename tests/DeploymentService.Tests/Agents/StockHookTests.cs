using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>
/// What the stock hooks need and send, as <c>.ci/hooks</c> recorded it while they ran: the same configs lead to the same entries, and the same reports
/// to the same ends.
/// </summary>
public sealed class StockHookTests
{
    private static readonly JsonObject[] Recorded =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Agents", "stock-hooks.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    private readonly Project _project = ServiceApp.NewProject();

    public static TheoryData<string> Names => [.. Recorded.Select(NameOf)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hook_gets_what_it_ran_with_and_its_report_is_understood(string name)
    {
        var recorded = Recorded.Single(line => NameOf(line) == name);
        var config = await _project.ConfigAsync(recorded["config"]!.ToJsonString());
        var body = new JsonObject { ["config_id"] = config, ["server_id"] = "a-server", ["action"] = "CREATE", ["input_values"] = recorded["input_values"]?.DeepClone() };
        var id = (await _project.SendAsync("POST", "software_deployments", body.ToJsonString())).Json["software_deployment"]!["id"]!.GetValue<string>();
        var agent = await Agent.OfAsync(_project);

        var entry = await agent.EntryAsync();

        AssertSame(recorded["entry"]!["config"], entry["config"]);
        AssertSame(recorded["entry"]!["inputs"], HooksInputs(entry));
        Assert.Equal("TEMP_URL_SIGNAL", Agent.Input(entry, "deploy_signal_transport"));
        Assert.Equal("PUT", Agent.Input(entry, "deploy_signal_verb"));
        if (recorded["report"] is { } report)
        {
            Assert.Equal(200, (await agent.SignalAsync(report.GetValue<string>())).Status);
        }

        var deployment = (await _project.SendAsync("GET", $"software_deployments/{id}")).Json["software_deployment"]!;
        foreach (var field in new[] { "status", "status_reason", "output_values" })
        {
            AssertSame(recorded[field], deployment[field]);
        }
    }

    private static string NameOf(JsonObject line) => line["config"]!["name"]!.GetValue<string>();

    /// <summary>Name, type and value of the inputs that are not the service's own.</summary>
    private static JsonArray HooksInputs(JsonNode entry) =>
    [
        .. entry["inputs"]!.AsArray()
            .Where(input => !input!["name"]!.GetValue<string>().StartsWith("deploy_", StringComparison.Ordinal))
            .Select(input => new JsonObject { ["name"] = input!["name"]!.DeepClone(), ["type"] = input["type"]!.DeepClone(), ["value"] = input["value"]?.DeepClone() }),
    ];

    /// <summary>Numbers by their meaning: Python, which recorded them, writes 1.50 as 1.5.</summary>
    private static void AssertSame(JsonNode? recorded, JsonNode? now) =>
        Assert.True(JsonNode.DeepEquals(recorded, now), $"Expected: {recorded?.ToJsonString()}\nActual:   {now?.ToJsonString()}");
}
