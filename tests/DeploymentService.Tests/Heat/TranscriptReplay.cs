using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Heat;

/// <summary>Sends one case of the transcript to the real application, in projects of its own.</summary>
public sealed class TranscriptReplay
{
    private const string DeploymentPath = "/v1/$PROJECT/software_deployments/$DEPLOYMENT";

    // Longest first, so that $CONFIG2 is not taken for $CONFIG.
    private readonly SortedDictionary<string, string> _words = new(
        Comparer<string>.Create((one, other) => (-one.Length, one).CompareTo((-other.Length, other))));

    private readonly Project _project = ServiceApp.NewProject();

    /// <summary>What the application answers.</summary>
    public Answer Answer { get; private set; } = null!;

    /// <summary>What it answers to a look at the deployment afterwards, where Heat was asked too.</summary>
    public Answer? Then { get; private set; }

    /// <summary>Runs a case.</summary>
    public static async Task<TranscriptReplay> RunAsync(TranscriptCase one)
    {
        var replay = new TranscriptReplay();
        await replay.MakeWordsAsync(one);
        if (one.ListsStrangers)
        {
            await replay._project.DeploymentAsync();
        }

        foreach (var step in one.Setup)
        {
            await replay.SetUpAsync(step);
        }

        var headers = one.Request.Headers.ToDictionary(header => header.Key, header => replay.Fill(header.Value));
        replay.Answer = await RawClient.SendAsync(one.Request.Method, replay.Fill(one.Request.Path), headers, one.Body(replay.Fill));
        if (one.Then is not null)
        {
            var member = new Dictionary<string, string> { ["X-Auth-Token"] = replay._words["$MEMBER_TOKEN"] };
            replay.Then = await RawClient.SendAsync("GET", replay.Fill(DeploymentPath), member, body: null);
        }

        return replay;
    }

    /// <summary>Puts what stands for them in the place of the transcript's words.</summary>
    public string Fill(string text) => _words.Aggregate(text, (filled, word) => filled.Replace(word.Key, word.Value, StringComparison.Ordinal));

    /// <summary>The words in the place of what stands for them.</summary>
    public string Empty(string text) => _words.Aggregate(text, (emptied, word) => emptied.Replace(word.Value, word.Key, StringComparison.Ordinal));

    private async Task MakeWordsAsync(TranscriptCase one)
    {
        var other = ServiceApp.NewProject();
        _words["http://127.0.0.1:8004"] = RawClient.Address;
        _words["$PROJECT"] = _project.Id;
        _words["$OTHER_PROJECT"] = other.Id;
        _words["$SERVER"] = $"server-{Guid.NewGuid()}";
        _words["$UNKNOWN_ID"] = Guid.NewGuid().ToString();
        _words["$NOT_A_UUID"] = "not-a-uuid";
        _words["$ADMIN_TOKEN"] = ServiceApp.AdminToken;
        _words["$MEMBER_TOKEN"] = await _project.MemberTokenAsync();
        if (one.Request.Headers.TryGetValue("X-Auth-Token", out var token))
        {
            _words[token] = token switch
            {
                "$READER_TOKEN" => await _project.TokenAsync("reader"),
                "$STACK_USER_TOKEN" => await _project.TokenAsync("agent", "another-server"),
                "$OTHER_TOKEN" => await other.MemberTokenAsync(),
                _ => _words.GetValueOrDefault(token, token),
            };
        }
    }

    private async Task SetUpAsync(string step)
    {
        switch (step)
        {
            case "config":
                _words["$CONFIG"] = await ConfigAsync("a-config");
                break;
            case "config2":
                _words["$CONFIG2"] = await ConfigAsync("b-config");
                break;
            case "deployment":
                _words["$DEPLOYMENT"] = await DeploymentAsync("$CONFIG");
                break;
            case "deployment_b":
                await DeploymentAsync("$CONFIG2");
                break;
            case "gone":
                Assert.Equal(204, (await _project.SendAsync("DELETE", Fill("software_deployments/$DEPLOYMENT"))).Status);
                break;
            default:
                Assert.Fail($"The transcript asks for the setup '{step}', which the replay does not know.");
                break;
        }
    }

    private Task<string> ConfigAsync(string name) => _project.ConfigAsync($$$"""
        {"name": "{{{name}}}", "group": "script", "config": "#!/bin/sh -x\necho $foo", "inputs": [{"name": "foo", "type": "String", "default": "dflt"}], "outputs": [{"name": "result"}], "options": {}}
        """);

    private async Task<string> DeploymentAsync(string config)
    {
        var answer = await _project.SendAsync("POST", "software_deployments", Fill($$$"""
            {"config_id": "{{{config}}}", "server_id": "$SERVER", "action": "CREATE", "status": "IN_PROGRESS", "status_reason": "Deploy data available", "input_values": {"foo": "fooooo"}}
            """));
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }
}
