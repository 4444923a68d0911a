using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>What a list and a deployment say, in Heat's way and with details.</summary>
public sealed class ListShapeTests
{
    private static readonly string[] Heats =
        ["status", "server_id", "config_id", "output_values", "input_values", "action", "status_reason", "id", "creation_time", "updated_time"];

    private static readonly string[] Details = ["config_name", "execution", "started_time", "started_by", "ended_time", "deadline", "fetched_time", "waiting_for", "hidden_inputs"];
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("")]
    [InlineData("?limit=1")]
    [InlineData("?server_id=a-server")]
    [InlineData("?server_id=a-server&limit=5&marker=x&tenant_id=y")]
    [InlineData("?sort_key=status")]
    [InlineData("?q=server&detail=false")]
    public async Task Without_details_a_list_has_heats_keys_alone(string query)
    {
        await _project.DeploymentAsync();

        var answer = await _project.ListAsync(query);

        Assert.Equal(["software_deployments"], answer.Json.AsObject().Select(member => member.Key));
        Assert.Equal(Heats, Assert.Single(answer.Json["software_deployments"]!.AsArray())!.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?detail=false")]
    [InlineData("?unknown=1")]
    public async Task Without_details_a_deployment_has_heats_keys_alone(string query)
    {
        var deployment = await _project.DeploymentAsync();

        var answer = await _project.SendAsync("GET", $"software_deployments/{deployment}{query}");

        Assert.Equal(Heats, answer.Json["software_deployment"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task Details_say_what_heat_does_not_know()
    {
        var deployment = await NewAsync(timeout: 3600);
        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");

        var shown = (await _project.SendAsync("GET", $"software_deployments/{deployment}?detail=true")).Json["software_deployment"]!;
        var listed = Assert.Single((await _project.ListAsync("?detail=true")).Json["software_deployments"]!.AsArray())!;

        Assert.True(JsonNode.DeepEquals(shown, listed), $"{shown} {listed}");
        Assert.Equal("a-name", shown["config_name"]!.GetValue<string>());
        Assert.Equal(2, shown["execution"]!.GetValue<int>());
        Assert.Equal(3600, shown["timeout"]!.GetValue<int>());
        Assert.Equal(Time(shown, "updated_time").AddHours(1), Time(shown, "deadline"));
        Assert.False(shown["overdue"]!.GetValue<bool>());
        Assert.Null(shown["fetched_time"]);
        Assert.Equal((Time(shown, "updated_time"), "member-of-a-test"), (Time(shown, "started_time"), shown["started_by"]!.GetValue<string>()));
        Assert.Null(shown["ended_time"]);
        await _project.UpdateAsync(deployment, """{"status": "COMPLETE"}""");
        var ended = (await _project.SendAsync("GET", $"software_deployments/{deployment}?detail=true")).Json["software_deployment"]!;
        Assert.Equal(Time(ended, "updated_time"), Time(ended, "ended_time"));
        Assert.StartsWith("Never fetched", shown["waiting_for"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 0, null)]
    [InlineData(1001, 0, 1000)]
    [InlineData(500_000, 0, 1000)]
    [InlineData(998, 2, null)]
    [InlineData(999, 2, 999)]
    public async Task With_details_a_list_has_the_beginning_of_a_reason(int length, int emojiLength, int? cutAt)
    {
        var reason = new string('x', length) + (emojiLength == 2 ? "\U0001F680" : "");
        var deployment = await NewAsync(timeout: null);
        await _project.UpdateAsync(deployment, $$"""{"status": "FAILED", "status_reason": "{{reason}}"}""");

        Assert.Equal(cutAt is { } end ? reason[..end] + "… (cut: show the deployment for the whole reason)" : reason, await ReasonAsync("?detail=true"));
        // As Heat shows them.
        Assert.Equal(reason, await ReasonAsync(""));
        Assert.Equal(reason, await ReasonAsync("?status=FAILED"));
        var shown = await _project.SendAsync("GET", $"software_deployments/{deployment}?detail=true");
        Assert.Equal(reason, shown.Json["software_deployment"]!["status_reason"]!.GetValue<string>());

        async Task<string> ReasonAsync(string query) =>
            Assert.Single((await _project.ListAsync(query)).Json["software_deployments"]!.AsArray())!["status_reason"]!.GetValue<string>();
    }

    [Fact]
    public async Task Details_of_another_config_have_its_name()
    {
        var deployment = await NewAsync(timeout: null);
        var other = await _project.ConfigAsync("""{"name": "another", "group": "script", "config": "x"}""");
        await _project.UpdateAsync(deployment, $$"""{"config_id": "{{other}}"}""");

        var shown = (await _project.SendAsync("GET", $"software_deployments/{deployment}?detail=true")).Json["software_deployment"]!;

        Assert.Equal("another", shown["config_name"]!.GetValue<string>());
        Assert.Equal([deployment], await _project.IdsAsync("?name=another"));
        Assert.Empty(await _project.IdsAsync("?name=a-name"));
    }

    [Theory]
    [InlineData("?values=false")]
    [InlineData("?values=false&detail=true&sort_key=status")]
    public async Task Values_are_left_out_when_they_are_not_wanted(string query)
    {
        var deployment = await NewAsync(timeout: null);
        await _project.UpdateAsync(deployment, """{"output_values": {"deploy_stdout": "a secret sentence"}}""");

        var answer = await _project.ListAsync(query);

        Assert.DoesNotContain("a secret", answer.Text, StringComparison.Ordinal);
        var shown = Assert.Single(answer.Json["software_deployments"]!.AsArray())!;
        Assert.Null(shown["input_values"]);
        Assert.Null(shown["output_values"]);
        Assert.Empty(Heats.Except(shown.AsObject().Select(member => member.Key)));
        Assert.Contains("a secret", (await _project.ListAsync("?values=true")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_details_of_a_list_and_of_a_wait_are_the_same()
    {
        await NewAsync(timeout: null);

        var waited = await _project.ListAsync("?wait=0");

        Assert.Equal((await _project.ListAsync("?detail=true")).Text, waited.Text);
        Assert.Equal(
            Heats, Assert.Single((await _project.ListAsync("?wait=0&detail=false")).Json["software_deployments"]!.AsArray())!.AsObject().Select(member => member.Key));
        Assert.NotEmpty(Details.Intersect(waited.Json["software_deployments"]![0]!.AsObject().Select(member => member.Key)));
    }

    private static DateTime Time(JsonNode deployment, string name) =>
        DateTime.Parse(deployment[name]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal);

    private async Task<string> NewAsync(int? timeout)
    {
        var config = await _project.ConfigAsync("""{"name": "a-name", "group": "script", "config": "x"}""");
        var answer = await _project.SendAsync("POST", "software_deployments", $$$"""
            {"config_id": "{{{config}}}", "server_id": "a-server", "input_values": {"key": "a secret"}, "timeout": {{{timeout?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}}}}
            """);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }
}
