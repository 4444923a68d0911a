using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Agents;

/// <summary>The secret URL of a server: how it is made, rotated, and when it ends.</summary>
public sealed class AgentUrlTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_answer_has_the_url_and_the_agents_configuration()
    {
        var answer = await _project.SendAsync("POST", "servers/a-server/agent_url");

        Assert.Equal(200, answer.Status);
        var made = answer.Json["agent_url"]!;
        Assert.Equal(["server_id", "url", "expiry_time", "config"], made.AsObject().Select(member => member.Key));
        Assert.Equal("a-server", made["server_id"]!.GetValue<string>());
        Assert.Null(made["expiry_time"]);
        Assert.Equal(
            $"[DEFAULT]\ncollectors = request\ncommand = os-refresh-config\n\n[request]\nmetadata_url = {made["url"]}\n", made["config"]!.GetValue<string>());
        Assert.Equal("no-store", answer.Headers["cache-control"]);
    }

    [Fact]
    public async Task The_same_server_gets_the_same_url_until_it_is_rotated()
    {
        var first = await Agent.OfAsync(_project);
        Assert.Equal(first.Url, await Agent.UrlAsync(_project));

        var second = await Agent.OfAsync(_project, body: """{"rotate": true}""");
        var third = await Agent.OfAsync(_project, body: """{"rotate": true}""");

        Assert.Equal(third.Url, await Agent.UrlAsync(_project));
        Assert.Equal(404, (await first.PollAsync()).Status);
        Assert.Equal(404, (await second.PollAsync()).Status);
        Assert.Equal(200, (await third.PollAsync()).Status);
    }

    [Fact]
    public async Task Rotation_is_of_one_server_of_one_project()
    {
        var other = await Agent.OfAsync(_project, "another-server");
        var elsewhere = await Agent.OfAsync(ServiceApp.NewProject());

        await Agent.UrlAsync(_project, body: """{"rotate": true}""");

        Assert.Equal(200, (await other.PollAsync()).Status);
        Assert.Equal(200, (await elsewhere.PollAsync()).Status);
    }

    [Fact]
    public async Task A_url_ends_when_it_was_told_to()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2030-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(time));
        var project = new Project(app);
        var answer = await project.SendAsync("POST", "servers/a-server/agent_url", """{"expires_in": 60}""");
        var agent = new Agent(app, answer.Json["agent_url"]!["url"]!.GetValue<string>());

        Assert.Equal("2030-01-01T00:01:00Z", answer.Json["agent_url"]!["expiry_time"]!.GetValue<string>());
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(200, (await agent.PollAsync()).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await agent.PollAsync()).Status);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a//b?c#d&e=f")]
    [InlineData("é 😀 ../..")]
    [InlineData("a.b-c_d~e")]
    public async Task A_servers_id_may_have_any_character(string server)
    {
        var deployment = await _project.DeploymentAsync(server);
        var made = (await _project.SendAsync("POST", $"servers/{Uri.EscapeDataString(server)}/agent_url")).Json["agent_url"]!;

        Assert.Equal(server, made["server_id"]!.GetValue<string>());
        var entry = await new Agent(_project.App, made["url"]!.GetValue<string>()).EntryAsync();
        Assert.Equal($"{deployment}-1", entry["id"]!.GetValue<string>());
        Assert.Equal(server, Agent.Input(entry, "deploy_server_id"));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("256")]
    public async Task A_servers_id_that_no_deployment_can_have_is_refused(string server)
    {
        var id = server == "256" ? new string('x', 256) : server;

        var answer = await _project.SendAsync("POST", $"servers/{Uri.EscapeDataString(id)}/agent_url");

        Assert.Equal(400, answer.Status);
        Assert.StartsWith("server_id: must have ", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_servers_id_works()
    {
        var server = string.Concat(Enumerable.Repeat("😀", 255));

        Assert.Equal(200, (await (await Agent.OfAsync(_project, server)).PollAsync()).Status);
    }

    [Theory]
    [InlineData("{\"rotate\": \"yes\", \"expires_in\": 0}", "rotate: must be true or false; expires_in: must be from 1 to 3153600000 seconds.")]
    [InlineData("{\"expires_in\": 1.5}", "expires_in: must be a whole number.")]
    [InlineData("[]", "The body must be a JSON object, such as {\"status\": \"COMPLETE\"}.")]
    public async Task A_body_that_does_not_fit_is_refused(string body, string message)
    {
        var answer = await _project.SendAsync("POST", "servers/a-server/agent_url", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(message, answer.Message);
    }

    [Theory]
    [InlineData("reader", null)]
    [InlineData("agent", "a-server")]
    public async Task It_is_not_for_everybody(string role, string? server)
    {
        var answer = await _project.SendAsync("POST", "servers/a-server/agent_url", token: await _project.TokenAsync(role, server));

        Assert.Equal(403, answer.Status);
        Assert.Equal("You are not authorized to use agent_urls:create.", answer.Message);
    }

    [Fact]
    public async Task Urls_are_made_from_the_address_of_the_setting()
    {
        const string address = "https://deployments.example:8443/heat";
        await using var app = new ServiceApp(new() { ["PublicUrl"] = address });
        var project = new Project(app);
        await project.DeploymentAsync();
        var url = await Agent.UrlAsync(project);

        Assert.StartsWith($"{address}/agent/{project.Id}/", url, StringComparison.Ordinal);
        var entry = await new Agent(app, url[address.Length..]).EntryAsync();
        Assert.StartsWith($"{address}/signal/{project.Id}/", Agent.SignalUrl(entry), StringComparison.Ordinal);
        var list = await project.SendAsync("GET", "software_configs?limit=0");
        Assert.Equal(200, list.Status);
        var version = await app.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1"));
        Assert.Equal($"{address}/v1/", version.Json["version"]!["links"]![0]!["href"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_method_that_the_urls_do_not_take_is_answered_with_those_that_they_do()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        var poll = await agent.PollAsync("DELETE");
        var signal = await agent.SendAsync("GET", Agent.SignalUrl(await agent.EntryAsync()));

        Assert.Equal((405, "GET,HEAD"), (poll.Status, poll.Headers["allow"]));
        Assert.Equal((405, "POST,PUT"), (signal.Status, signal.Headers["allow"]));
        Assert.Equal("no-store", poll.Headers["cache-control"]);
        Assert.IsType<JsonObject>(signal.Json["error"]);
    }
}
