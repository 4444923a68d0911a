using DeploymentService.Http;
using DeploymentService.Tests.Http;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Limits;

/// <summary>What one project asks for, and however it goes about it, leaves others their answers. There is one turn for work that takes long, as on a machine of two processors.</summary>
public sealed class NeighbourTests : IAsyncLifetime, IDisposable
{
    // More than the kernel takes of an answer that nobody reads.
    private const int Rows = 10;
    private static readonly string Large = $$"""{"output_values": {"v": "{{new string('x', 900_000)}}"} }""";

    private readonly WorkTurns _turns = new(atOnce: 1);
    private readonly ServiceApp _app;
    private readonly Project _loud;
    private readonly Project _quiet;

    public NeighbourTests()
    {
        // Whoever does not read keeps his connection: no time passes.
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        _app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(time).AddSingleton(_turns));
        (_loud, _quiet) = (new(_app), new(_app));
    }

    public async Task InitializeAsync()
    {
        _app.StartServer();
        await MakeAsync(_loud, Rows);
        await MakeAsync(_quiet, 1);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Whoever_does_not_read_the_answers_of_a_project_leaves_another_its_lists()
    {
        var readers = new List<SilentReader>();
        foreach (var path in new[] { "software_deployments", "software_deployments?format=ndjson&values=true" })
        {
            // All long reads that two tokens get.
            readers.Add(await SilentReader.AskAsync(_app, $"/v1/{_loud.Id}/{path}", await _loud.MemberTokenAsync()));
            readers.Add(await SilentReader.AskAsync(_app, $"/v1/{_loud.Id}/{path}", await _loud.TokenAsync("reader")));
        }

        foreach (var path in new[] { "software_deployments", "software_deployments?format=ndjson&values=true", "software_deployments/summary?group_by=reason", "software_deployments?q=server&outputs=true" })
        {
            Assert.Equal(200, (await _quiet.SendAsync("GET", path).WaitAsync(TimeSpan.FromSeconds(60))).Status);
        }

        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task What_is_small_goes_by_while_the_turn_is_another_project_s()
    {
        await _turns.BeginAsync(_loud.Id, CancellationToken.None);
        var list = _quiet.SendAsync("GET", "software_deployments");

        var id = await _quiet.DeploymentAsync();
        Assert.Equal(200, (await _quiet.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""")).Status);
        Assert.Equal(200, (await _quiet.SendAsync("GET", $"software_deployments?limit=10&changed_since=2026-11-23T11:00:00Z&status=FAILED")).Status);
        Assert.False(list.IsCompleted);

        _turns.End();
        Assert.Equal(200, (await list.WaitAsync(TimeSpan.FromSeconds(60))).Status);
        Assert.True(_turns.BeginAsync(_loud.Id, CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    private static async Task MakeAsync(Project project, int count)
    {
        var config = await project.ConfigAsync();
        for (var number = 0; number < count; number++)
        {
            Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{await project.DeploymentAsync("a-server", config)}", Large)).Status);
        }
    }
}
