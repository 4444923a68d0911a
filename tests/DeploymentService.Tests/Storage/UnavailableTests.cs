using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>What a client sees while nothing can be written: 503 with a time to try again, and reads go on.</summary>
public sealed class UnavailableTests : IAsyncLifetime, IDisposable
{
    private readonly ServiceApp _app = new(new()
    {
        ["Database:BusyTimeoutMilliseconds"] = "100",
        ["Writing:QueueCapacity"] = "1",
        ["Writing:QueueTimeoutMilliseconds"] = "50",
    });

    private Project _project = null!;
    private string _deployment = "";

    public async Task InitializeAsync()
    {
        _app.StartServer();
        _project = new Project(_app);
        _deployment = await _project.DeploymentAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Another_program_that_holds_the_database()
    {
        var hold = _app.Database.Hold();

        await AssertUnavailableAsync();

        hold.Dispose();
        Assert.Equal(200, (await UpdateAsync()).Status);
    }

    [SqliteFact]
    public async Task A_full_disk()
    {
        await _app.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1"));

        await AssertUnavailableAsync();

        await _app.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1000000"));
        Assert.Equal(200, (await UpdateAsync()).Status);
    }

    [SqliteFact]
    public async Task A_full_disk_that_EF_Core_meets()
    {
        await _app.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1"));

        // The first few find room in pages that are there.
        var answers = new List<Answer>();
        while (answers.Count < 200 && answers.All(answer => answer.Status == 201))
        {
            answers.Add(await _app.SignInAsync("bootstrap", ServiceApp.AdminToken));
        }

        Assert.Equal(503, answers[^1].Status);
        Assert.Equal("1", answers[^1].Headers["retry-after"]);
        await _app.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1000000"));
        Assert.Equal(201, (await _app.SignInAsync("bootstrap", ServiceApp.AdminToken)).Status);
    }

    [Fact]
    public async Task A_full_queue()
    {
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var block = _app.ChangeAsync(_ =>
        {
            entered.TrySetResult();
            gate.Wait();
        });
        await entered.Task;
        var queued = _app.ChangeAsync(_ => { });

        await AssertUnavailableAsync();

        gate.Set();
        await Task.WhenAll(block, queued);
        Assert.Equal(200, (await UpdateAsync()).Status);
    }

    private async Task AssertUnavailableAsync()
    {
        var refused = await UpdateAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(503, refused.Status);
        Assert.Equal("1", refused.Headers["retry-after"]);
        Assert.Contains("try again", refused.Message, StringComparison.Ordinal);
        var show = await _project.SendAsync("GET", $"software_deployments/{_deployment}");
        Assert.Equal(200, show.Status);
        Assert.Null(show.Json["software_deployment"]!["updated_time"]);
    }

    private Task<Answer> UpdateAsync() => _project.SendAsync(
        "PUT", $"software_deployments/{_deployment}", $$$"""{"output_values": {"text": "{{{new string('x', 200_000)}}}"}}""");
}
