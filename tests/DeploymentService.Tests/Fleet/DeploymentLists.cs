using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Asks for lists of deployments and makes what is in them.</summary>
internal static class DeploymentLists
{
    /// <summary>A list; what follows <c>software_deployments</c>, with its question mark.</summary>
    public static async Task<Answer> ListAsync(this Project project, string query = "")
    {
        var answer = await project.SendAsync("GET", "software_deployments" + query);
        Assert.True(answer.Status == 200, $"{query}: {answer.Status} {answer.Text}");
        return answer;
    }

    /// <summary>The ids of a list, in its order.</summary>
    public static async Task<string[]> IdsAsync(this Project project, string query = "") => (await project.ListAsync(query)).Ids();

    /// <summary>The ids of a list, in its order.</summary>
    public static string[] Ids(this Answer answer) => [.. answer.Json["software_deployments"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];

    /// <summary>The address of the next page; null when there is none. It is in the body and in a header, and the same.</summary>
    public static string? NextPage(this Answer answer, string list = "software_deployments")
    {
        var links = answer.Json[$"{list}_links"]?.AsArray();
        if (links is null)
        {
            Assert.DoesNotContain("link", answer.Headers.Keys);
            return null;
        }

        var link = Assert.Single(links)!;
        Assert.Equal("next", link["rel"]!.GetValue<string>());
        var href = link["href"]!.GetValue<string>();
        Assert.Equal($"<{href}>; rel=\"next\"", answer.Headers["link"]);
        Assert.True(Uri.TryCreate(href, UriKind.Absolute, out _));
        return href;
    }

    /// <summary>Goes to an address that an answer named.</summary>
    public static async Task<Answer> FollowAsync(this Project project, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("X-Auth-Token", await project.MemberTokenAsync());
        var answer = await project.App.SendAsync(request);
        Assert.Equal(200, answer.Status);
        return answer;
    }

    /// <summary>All ids, page by page.</summary>
    /// <param name="project">The project.</param>
    /// <param name="query">The first page.</param>
    /// <param name="between">What happens between two pages: given the ids of the page before.</param>
    public static async Task<List<string>> AllPagesAsync(this Project project, string query, Func<string[], Task>? between = null)
    {
        var seen = new List<string>();
        var page = await project.ListAsync(query);
        while (true)
        {
            seen.AddRange(page.Ids());
            if (page.NextPage() is not { } next)
            {
                return seen;
            }

            if (between is not null)
            {
                await between(page.Ids());
            }

            page = await project.FollowAsync(next);
        }
    }

    /// <summary>A new deployment of which more is said; its id.</summary>
    public static async Task<string> CreateAsync(this Project project, string config, string server, string? action = null, string? status = null, string? reason = null)
    {
        var body = new JsonObject { ["config_id"] = config, ["server_id"] = server };
        foreach (var (name, value) in new[] { ("action", action), ("status", status), ("status_reason", reason) })
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        var answer = await project.SendAsync("POST", "software_deployments", body.ToJsonString());
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }

    /// <summary>An update that succeeds.</summary>
    public static async Task<Answer> UpdateAsync(this Project project, string id, string body, string? token = null)
    {
        var answer = await project.SendAsync("PUT", $"software_deployments/{id}", body, token);
        Assert.Equal(200, answer.Status);
        return answer;
    }

    /// <summary>A deletion that succeeds.</summary>
    public static async Task DeleteAsync(this Project project, string id) =>
        Assert.Equal(204, (await project.SendAsync("DELETE", $"software_deployments/{id}")).Status);
}
