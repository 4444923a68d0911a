using System.Globalization;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Observability.Telemetry;

/// <summary>An application that shows its metrics: one for all tests of a class, which look at how much more there is of something.</summary>
public sealed class MeteredApp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public MeteredApp() => App.StartServer();

    public ServiceApp App { get; } = new(new() { ["Metrics:Enabled"] = "true", ["Limits:Streams"] = "1", ["Servers:SilentSeconds"] = "1" });

    public void Dispose() => App.Dispose();

    /// <summary>The value of a series.</summary>
    /// <param name="name">The name of the metric.</param>
    /// <param name="labels">Its labels beside the scope, as in the text.</param>
    public async Task<double> ValueAsync(string name, string labels = "") => ValueIn(await TextAsync(), name, labels);

    /// <summary>Waits until a series has a value.</summary>
    public async Task ReachAsync(double expected, string name, string labels = "")
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await ValueAsync(name, labels) != expected)
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Equal(expected, await ValueAsync(name, labels));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    public async Task<string> TextAsync()
    {
        var answer = await AskAsync(ServiceApp.AdminToken);
        Assert.Equal(200, answer.Status);
        return answer.Text;
    }

    public Task<Answer> AskAsync(string? token) => AskAsync(App, token);

    public static Task<Answer> AskAsync(ServiceApp app, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        return app.SendAsync(request);
    }

    public static double ValueIn(string text, string name, string labels)
    {
        var begin = $"{name}{{otel_scope_name=\"DeploymentService\"{(labels.Length > 0 ? "," + labels : "")}}} ";
        var line = text.Split('\n').SingleOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal));
        Assert.True(line is not null, $"There is no {begin}in\n{text}");
        return double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }
}
