using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Waiting;

/// <summary>A service whose clock is the test's, and requests to it that wait.</summary>
public sealed class WaitFixture : IAsyncLifetime, IDisposable
{
    private readonly ServiceApp _app;

    public WaitFixture()
    {
        _app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(Clock));
        _app.StartServer();
    }

    internal WaitClock Clock { get; } = new();

    public ServiceApp App => _app;

    /// <summary>A project for a test, which begins with it.</summary>
    public Project NewProject()
    {
        Clock.Forget();
        return new(_app);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _app.Dispose();
}

internal static class WaitingRequests
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(20);

    /// <summary>A GET under the project that may wait.</summary>
    public static async Task<Answer> GetAsync(this Project project, string path, string? ifNoneMatch = null, string? token = null, CancellationToken end = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{project.Id}/{path}");
        request.Headers.Add("X-Auth-Token", token ?? await project.MemberTokenAsync());
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        using var client = project.App.CreateDefaultClient();
        client.Timeout = TimeSpan.FromMinutes(3);
        using var response = await client.SendAsync(request, end);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(",", header.Value));
        return new((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync(end));
    }

    /// <summary>What a wait ends with, which must be about now.</summary>
    public static Task<Answer> PromptlyAsync(this Task<Answer> answer) => answer.WaitAsync(Promptly);

    /// <summary>The status of the one deployment of an answer.</summary>
    public static string Status(this Answer answer)
    {
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text}");
        return answer.String("software_deployment", "status")!;
    }
}
