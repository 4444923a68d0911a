using System.Text;

namespace DeploymentService.Tests.Support;

public static class RequestHeaders
{
    /// <summary>A request under <c>/v1/{project_id}/</c> with a header, whose value goes out as it is.</summary>
    public static async Task<Answer> SendWithAsync(
        this Project project, (string Name, string Value) header, string method, string path, string? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/{project.Id}/{path}");
        request.Headers.Add("X-Auth-Token", token ?? await project.MemberTokenAsync());
        Assert.True(request.Headers.TryAddWithoutValidation(header.Name, header.Value));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await project.App.SendAsync(request);
    }
}
