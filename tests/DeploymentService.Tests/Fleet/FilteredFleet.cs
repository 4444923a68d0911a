using System.Globalization;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Fleet;

/// <summary>Deployments that differ in whatever can be filtered, one and a half seconds after each other from noon on.</summary>
public sealed class FilteredFleet : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", CultureInfo.InvariantCulture));
    private ServiceApp? _app;

    public Project Project { get; private set; } = null!;

    /// <summary>As they lie in the database, oldest first.</summary>
    internal IReadOnlyList<StoredFleet.Row> Rows { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await using (var app = NewApp())
        {
            Project = new Project(app);
            var configs = new List<string>();
            foreach (var name in new[] { "\"web\"", "\"Web\"", "\"datenbank-größe\"", "null" })
            {
                configs.Add(await Project.ConfigAsync($$"""{"name": {{name}}, "group": "script", "config": "x"}"""));
            }

            (int Config, string Server, string? Action, string? Status, string? Reason)[] made =
            [
                (0, "web-1", "CREATE", null, null),
                (0, "web-1", "UPDATE", "COMPLETE", "Outputs received"),
                (1, "web-2", "CREATE", "FAILED", "deploy_status_code : Deployment exited with non-zero status code: 1"),
                (1, "WEB-3", null, "FAILED", "No space left on ÉTAGÈRE 100%"),
                (2, "datenbank-größe", "CREATE", "COMPLETE", null),
                (2, "a b/c&d=é+%", "créer", null, "wartet auf den Würfel"),
                (3, "x", "CREATE", null, "100 units"),
                (3, "x", "DELETE", "COMPLETE", "web"),
                (0, "web-2", "CREATE", "FAILED", new string('x', 990) + "endofline"),
            ];
            foreach (var (config, server, action, status, reason) in made)
            {
                await Project.CreateAsync(configs[config], server, action, status, reason);
                _time.Advance(TimeSpan.FromSeconds(1.5));
            }

            // The first, at 12:00:13.500.
            await Project.UpdateAsync((await Project.IdsAsync())[0], """{"status_reason": "still at it"}""");
        }

        _folder.Database.Execute("""
            UPDATE software_deployments SET lateness = 1, timeout = 60, deadline = 4102444800000 WHERE status = 'IN_PROGRESS' AND server_id = 'x'
            """);
        _app = NewApp();
        Project = new Project(_app, Project.Id);
        Rows = StoredFleet.Rows(_app.Database, Project.Id);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _app?.Dispose();
        _folder.Dispose();
    }

    private ServiceApp NewApp() => new(folder: _folder.Name, replace: services => services.AddSingleton<TimeProvider>(_time));
}
