using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>A start on a database of PostgreSQL whose schema is another program's.</summary>
public sealed class PostgresSchemaTests : IDisposable
{
    private const string Insert = """INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES (@name, '10.0.0')""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PostgresFact]
    public async Task A_newer_schema_that_only_adds_is_worked_with()
    {
        _folder.Database.Execute(Insert, ("name", "29991231235959_More"));
        await using var app = new ServiceApp(folder: _folder.Name);

        Assert.NotEmpty(await new Project(app).DeploymentAsync());
    }

    [PostgresFact]
    public async Task A_newer_schema_that_takes_something_away_is_refused()
    {
        _folder.Database.Execute(Insert, ("name", "29991231235959_LessBreaking"));
        await using var service = ServiceProcess.Start(_folder.Name, _folder.Database.Arguments.Select(setting => setting[2..]));

        Assert.Equal(1, await service.ExitCodeAsync());

        Assert.EndsWith("(its schema has 29991231235959_LessBreaking): start that version.", service.Errors, StringComparison.Ordinal);
    }
}
