using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>Nothing but exactly a URL that the service made is accepted.</summary>
public sealed class ForgedUrlTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_character_of_the_agent_url_that_is_another_one_makes_it_worthless()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        await AssertEveryChangeIsRefusedAsync(agent, "GET", new Uri(agent.Url).AbsolutePath);
    }

    [Fact]
    public async Task A_character_of_the_signal_url_that_is_another_one_makes_it_worthless()
    {
        var deployment = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        await AssertEveryChangeIsRefusedAsync(agent, "PUT", new Uri(Agent.SignalUrl(await agent.EntryAsync())).AbsolutePath);

        Assert.Contains("IN_PROGRESS", (await _project.SendAsync("GET", $"software_deployments/{deployment}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_character_of_a_signature_is_as_good_as_the_others()
    {
        // Base64 leaves two of its bits unused: four characters mean the same bytes there.
        var agent = await Agent.OfAsync(_project);

        var accepted = new List<char>();
        foreach (var character in Alphabet)
        {
            if ((await agent.SendAsync("GET", agent.Url[..^1] + character)).Status == 200)
            {
                accepted.Add(character);
            }
        }

        Assert.Equal([agent.Url[^1]], accepted);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("A")]
    [InlineData("=")]
    [InlineData("%20")]
    [InlineData("/x")]
    public async Task Something_behind_it_makes_it_worthless(string more)
    {
        var agent = await Agent.OfAsync(_project);

        Assert.Equal(404, (await agent.SendAsync("GET", agent.Url + more)).Status);
    }

    [Theory]
    [InlineData("/agent/p/YQ/1-0/")]
    [InlineData("/agent/p/YQ/1-0/x")]
    [InlineData("/agent/p/not base64!/1-0/x")]
    [InlineData("/agent/p/YQ/99999999999999999999-x/x")]
    [InlineData("/agent/no.project/YQ/1-0/x")]
    [InlineData("/signal/p/d/x/y")]
    [InlineData("/agent")]
    [InlineData("/signal")]
    public async Task What_was_never_made_is_not_found_in_the_usual_words(string path)
    {
        var answer = await new Agent(_project.App, path).PollAsync(path.StartsWith("/agent", StringComparison.Ordinal) ? "GET" : "PUT");

        Assert.Equal(404, answer.Status);
        Assert.Equal("HTTPNotFound", answer.Json["error"]!["type"]!.GetValue<string>());
        Assert.Equal("no-store", answer.Headers["cache-control"]);
        Assert.Equal("no-referrer", answer.Headers["referrer-policy"]);
    }

    [Fact]
    public async Task The_signature_of_one_url_is_good_for_no_other()
    {
        var other = ServiceApp.NewProject();
        await _project.DeploymentAsync();
        await _project.DeploymentAsync("another-server");
        await other.DeploymentAsync();
        Agent[] agents = [await Agent.OfAsync(_project), await Agent.OfAsync(_project, "another-server"), await Agent.OfAsync(other)];
        var urls = new List<(string Method, string Url)>();
        foreach (var agent in agents)
        {
            urls.Add(("GET", agent.Url));
            urls.Add(("PUT", Agent.SignalUrl(await agent.EntryAsync())));
        }

        foreach (var (method, url) in urls)
        {
            foreach (var foreign in urls.Where(candidate => candidate.Url != url))
            {
                var swapped = url[..(url.LastIndexOf('/') + 1)] + foreign.Url[(foreign.Url.LastIndexOf('/') + 1)..];
                Assert.Equal(404, (await agents[0].SendAsync(method, swapped, method == "PUT" ? "{}" : null)).Status);
            }
        }
    }

    [Fact]
    public async Task A_deleted_deployment_is_not_found_with_its_own_url()
    {
        var deployment = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());
        await _project.SendAsync("DELETE", $"software_deployments/{deployment}");

        var answer = await agent.SendAsync("PUT", url, "{}");

        Assert.Equal(404, answer.Status);
        Assert.Equal($"Deployment with id {deployment} not found", answer.Message);
    }

    private static async Task AssertEveryChangeIsRefusedAsync(Agent agent, string method, string path)
    {
        for (var place = 1; place < path.Length; place++)
        {
            var other = path[place] == 'A' ? 'B' : 'A';
            var altered = $"{path[..place]}{other}{path[(place + 1)..]}";

            Assert.Equal((place, 404), (place, (await agent.SendAsync(method, altered, method == "PUT" ? "{}" : null)).Status));
        }
    }
}
