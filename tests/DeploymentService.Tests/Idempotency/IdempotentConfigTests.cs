using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Idempotency;

/// <summary>The same for configs.</summary>
public sealed class IdempotentConfigTests
{
    private const string Configs = "software_configs";
    private const string Body = """{"name": "é\u00e9", "group": "script", "config": {"b":  1.0}, "inputs": [ {"name": "a"} ], "options": null}""";
    private readonly Project _project = ServiceApp.NewProject();
    private readonly string _key = Keys.New();

    [Theory]
    [InlineData(Body)]
    [InlineData("{}")]
    public async Task The_same_request_gets_the_first_answer_and_creates_nothing(string body)
    {
        var first = await _project.PostAsync(_key, Configs, body);
        Assert.Equal(200, first.Status);

        Keys.AssertSame(first, await _project.PostAsync(_key, Configs, body));
        Assert.Single((await _project.SendAsync("GET", Configs)).Json[Configs]!.AsArray());

        await _project.SendAsync("DELETE", $"{Configs}/{first.Json["software_config"]!["id"]}");
        Keys.AssertSame(first, await _project.PostAsync(_key, Configs, body));
        Assert.Empty((await _project.SendAsync("GET", Configs)).Json[Configs]!.AsArray());
    }

    [Fact]
    public async Task Another_body_is_refused_with_409()
    {
        await _project.PostAsync(_key, Configs, Body);

        Keys.AssertTaken(await _project.PostAsync(_key, Configs, "{}"));

        Assert.Single((await _project.SendAsync("GET", Configs)).Json[Configs]!.AsArray());
    }

    [Fact]
    public async Task Of_many_at_once_one_creates_and_all_get_its_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _project.PostAsync(_key, Configs, Body)));

        Assert.All(answers, answer => Keys.AssertSame(answers[0], answer));
        Assert.Single((await _project.SendAsync("GET", Configs)).Json[Configs]!.AsArray());
    }
}
