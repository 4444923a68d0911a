using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth.Sessions;

/// <summary>The requests of <c>/v3/auth/tokens</c>.</summary>
public static class Identity
{
    /// <summary>Signs in with a name and a password; <paramref name="scope"/> is the JSON of <c>scope</c>, null for none.</summary>
    public static Task<Answer> SignInAsync(this ServiceApp app, string name, string password, string? scope = null) => app.PostAsync(new JsonObject
    {
        ["methods"] = new JsonArray("password"),
        ["password"] = new JsonObject
        {
            ["user"] = new JsonObject { ["name"] = name, ["password"] = password, ["domain"] = new JsonObject { ["id"] = "default" } },
        },
    }, scope);

    /// <summary>Exchanges a token for a session.</summary>
    public static Task<Answer> ExchangeAsync(this ServiceApp app, string token, string? scope = null) => app.PostAsync(new JsonObject
    {
        ["methods"] = new JsonArray("token"),
        ["token"] = new JsonObject { ["id"] = token },
    }, scope);

    /// <summary>A request about <paramref name="subject"/>, made with <paramref name="token"/>.</summary>
    public static async Task<Answer> AboutAsync(this ServiceApp app, string method, string subject, string token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v3/auth/tokens");
        request.Headers.Add("X-Auth-Token", token);
        request.Headers.Add("X-Subject-Token", subject);
        return await app.SendAsync(request);
    }

    /// <summary>The status of a small request with a token.</summary>
    public static async Task<int> TryAsync(this ServiceApp app, string token, string project)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{project}/software_configs?limit=1");
        request.Headers.Add("X-Auth-Token", token);
        return (await app.SendAsync(request)).Status;
    }

    /// <summary>The secret of the session in an answer.</summary>
    public static string Session(this Answer answer)
    {
        Assert.Equal(201, answer.Status);
        return answer.Headers["x-subject-token"];
    }

    public static async Task<Answer> PostAsync(this ServiceApp app, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/auth/tokens");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await app.SendAsync(request);
    }

    private static Task<Answer> PostAsync(this ServiceApp app, JsonObject identity, string? scope)
    {
        var auth = new JsonObject { ["identity"] = identity };
        if (scope is not null)
        {
            auth["scope"] = JsonNode.Parse(scope);
        }

        return app.PostAsync(new JsonObject { ["auth"] = auth }.ToJsonString());
    }
}
