using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>What is suggested to whoever types a filter.</summary>
public sealed class SuggestionTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Names_and_actions_that_deployments_have_are_suggested_as_long_as_one_has_them()
    {
        var web = await _project.ConfigAsync("""{"name": "web-2", "group": "script", "config": "x"}""");
        var alsoWeb = await _project.ConfigAsync("""{"name": "web-2", "group": "script", "config": "y"}""");
        var db = await _project.ConfigAsync("""{"name": "Datenbank", "group": "script", "config": "x"}""");
        await _project.ConfigAsync("""{"name": "unused", "group": "script", "config": "x"}""");
        var last = await _project.CreateAsync(db, "a", "UPDATE");
        await _project.CreateAsync(web, "a", "CREATE");
        await _project.CreateAsync(alsoWeb, "b", "CREATE");
        await _project.CreateAsync(alsoWeb, "b");

        Assert.Equal("""{"config_names":[{"name":"Datenbank","count":1},{"name":"web-2","count":3}]}""", await TextAsync("config_names"));
        Assert.Equal("""{"action_names":[{"name":"CREATE","count":2},{"name":"UPDATE","count":1}]}""", await TextAsync("action_names"));
        Assert.Equal("""{"config_names":[{"name":"web-2","count":3}]}""", await TextAsync("config_names?q=EB-"));
        Assert.Equal("""{"config_names":[{"name":"Datenbank","count":1}]}""", await TextAsync("config_names?limit=1"));
        Assert.Equal("""{"action_names":[]}""", await TextAsync("action_names?q=none"));

        await _project.UpdateAsync(last, $$"""{"config_id": "{{web}}", "action": "CREATE"}""");
        Assert.Equal("""{"config_names":[{"name":"web-2","count":4}]}""", await TextAsync("config_names"));
        Assert.Equal("""{"action_names":[{"name":"CREATE","count":3}]}""", await TextAsync("action_names"));

        foreach (var id in await _project.IdsAsync())
        {
            await _project.DeleteAsync(id);
        }

        Assert.Equal("""{"config_names":[]}""", await TextAsync("config_names"));
        Assert.Equal("""{"action_names":[]}""", await TextAsync("action_names"));
    }

    [Theory]
    [InlineData("config_names")]
    [InlineData("action_names")]
    public async Task They_are_for_those_who_may_read_the_project(string path)
    {
        var config = await _project.ConfigAsync("""{"name": "mine", "group": "script", "config": "x"}""");
        await _project.CreateAsync(config, "a", "MINE");

        Assert.Equal(200, (await _project.SendAsync("GET", path, token: await _project.TokenAsync("reader"))).Status);
        Assert.Equal(403, (await _project.SendAsync("GET", path, token: await _project.TokenAsync("agent", "a"))).Status);
        var other = ServiceApp.NewProject();
        Assert.Equal(403, (await _project.SendAsync("GET", path, token: await other.MemberTokenAsync())).Status);
        Assert.DoesNotContain("mine", (await other.SendAsync("GET", path)).Text, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("name: unknown; this call takes q, limit", (await _project.SendAsync("GET", path + "?name=x")).AssertRefused(400), StringComparison.Ordinal);
        Assert.StartsWith("Only integer is acceptable by 'limit'.", (await _project.SendAsync("GET", path + "?limit=all")).AssertRefused(400), StringComparison.Ordinal);
    }

    private async Task<string> TextAsync(string path)
    {
        var answer = await _project.SendAsync("GET", path);
        Assert.Equal(200, answer.Status);
        return answer.Text;
    }
}
