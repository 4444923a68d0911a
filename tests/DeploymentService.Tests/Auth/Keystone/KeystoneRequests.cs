using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth.Keystone;

public static class KeystoneRequests
{
    /// <summary>A request of a project with a token of Keystone's.</summary>
    public static async Task<Answer> SendAsync(this ServiceApp app, string method, string project, string path, string token, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/{project}/{path}");
        request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await app.SendAsync(request);
    }

    /// <summary>The status of a list that every reader may have.</summary>
    public static async Task<int> ListAsync(this ServiceApp app, string token) => (await app.SendAsync("GET", "p-1", "software_configs", token)).Status;
}
