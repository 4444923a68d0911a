using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Deadlines;

/// <summary>An application whose time passes when a test says so. Deployments are overdue for a minute before they are failed.</summary>
public sealed class TimedApp : IDisposable
{
    public TimedApp()
        : this(folder: null)
    {
    }

    internal TimedApp(
        string? folder, TimeSpan later = default, Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null)
    {
        Time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", CultureInfo.InvariantCulture) + later);
        App = new(new(settings ?? []) { ["Deadlines:OverdueSeconds"] = "60" }, folder, services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            replace?.Invoke(services);
        });
        App.StartServer();
    }

    public FakeTimeProvider Time { get; }

    public ServiceApp App { get; }

    /// <summary>A project that no other test knows.</summary>
    public Project NewProject() => new(App);

    /// <summary>Lets time pass.</summary>
    public void Pass(int seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass, and waits until all deadlines up to then have been dealt with: one more that ends with it is the last of them.</summary>
    public async Task PassAsync(int seconds)
    {
        var project = NewProject();
        var last = await project.TimedDeploymentAsync(seconds);
        Pass(seconds);
        await project.UntilAsync(last, "overdue");
    }

    public void Dispose() => App.Dispose();
}

/// <summary>Deployments with a timeout, and what happens to them.</summary>
public static class TimedDeployments
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A new deployment; its id.</summary>
    public static async Task<string> TimedDeploymentAsync(this Project project, int timeout, string server = "a-server", string status = "IN_PROGRESS")
    {
        var answer = await project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{await project.ConfigAsync()}}", "server_id": "{{server}}", "timeout": {{timeout}}, "status": "{{status}}"}""");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }

    /// <summary>Follows the stream from its beginning until something has happened to a deployment for the nth time; the event.</summary>
    public static async Task<JsonNode> UntilAsync(this Project project, string deploymentId, string kind, int times = 1)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = project.App.CreateDefaultClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", await project.MemberTokenAsync());
        await using var stream = await client.GetStreamAsync($"/v1/{project.Id}/events?deployment_id={deploymentId}&last_event_id=0", limit.Token);
        using var lines = new StreamReader(stream);
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line == "event: " + kind && --times == 0)
            {
                return JsonNode.Parse((await lines.ReadLineAsync(limit.Token))!["data: ".Length..])!;
            }
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    /// <summary>What has happened to a deployment, in order.</summary>
    public static async Task<string> KindsAsync(this Project project, string deploymentId)
    {
        var answer = await project.SendAsync("GET", $"software_deployments/{deploymentId}/events");
        Assert.True(answer.Status == 200, answer.Text);
        return string.Join(' ', answer.Json["events"]!.AsArray().Select(evt => evt!["event"]!.GetValue<string>()));
    }

    /// <summary>A deployment as it is.</summary>
    public static async Task<DeploymentNow> LookAsync(this Project project, string deploymentId)
    {
        var answer = await project.SendAsync("GET", $"software_deployments/{deploymentId}");
        Assert.True(answer.Status == 200, answer.Text);
        return DeploymentNow.Of(answer);
    }

    /// <summary>An update, which must be taken.</summary>
    public static async Task<DeploymentNow> PutAsync(this Project project, string deploymentId, string body, string? token = null)
    {
        var answer = await project.SendAsync("PUT", $"software_deployments/{deploymentId}", body, token);
        Assert.True(answer.Status == 200, answer.Text);
        return DeploymentNow.Of(answer);
    }
}

/// <summary>What an answer says of a deployment.</summary>
public sealed record DeploymentNow(string Status, string? Reason, bool? Overdue, string? UpdatedTime, string Tag)
{
    public static DeploymentNow Of(Answer answer)
    {
        var shown = answer.Json["software_deployment"]!;
        return new(
            shown["status"]!.GetValue<string>(),
            shown["status_reason"]?.GetValue<string>(),
            shown["overdue"]?.GetValue<bool>(),
            shown["updated_time"]?.GetValue<string>(),
            answer.Headers["etag"]);
    }
}
