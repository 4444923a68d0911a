using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Tests.Storage;

/// <summary>A start that cannot be ends at once, says why in a sentence, and leaves everything as it was.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task A_newer_schema_is_left_untouched()
    {
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            app.StartServer();
        }

        _folder.Database.Execute("INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_OfAnotherCentury', '10.0.0'); PRAGMA wal_checkpoint(TRUNCATE);");
        var before = await File.ReadAllBytesAsync(DatabaseFile);

        Assert.Contains("29990101000000_OfAnotherCentury", ErrorOf(), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(DatabaseFile));
    }

    [SqliteFact]
    public async Task A_file_that_is_no_database_is_left_untouched()
    {
        var text = string.Concat(Enumerable.Repeat("This is a letter and not a database. ", 100));
        await File.WriteAllTextAsync(DatabaseFile, text);

        Assert.Contains("is not a sound SQLite database", ErrorOf(), StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(DatabaseFile));
    }

    [SqliteFact]
    public async Task A_database_of_another_program_is_left_untouched()
    {
        _folder.Database.Execute("CREATE TABLE software_configs (title TEXT)");
        var before = await File.ReadAllBytesAsync(DatabaseFile);

        Assert.Contains("another program", ErrorOf(), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(DatabaseFile));
    }

    [SqliteFact]
    public async Task A_second_process_on_the_same_file_is_refused()
    {
        await using var app = new ServiceApp(folder: _folder.Name);
        app.StartServer();

        Assert.Contains("in use by another process", await RefusalAsync(), StringComparison.Ordinal);
        await new Project(app).DeploymentAsync();
    }

    [SqliteTheory]
    [InlineData("ln")]
    [InlineData("ln -s")]
    public async Task A_second_process_that_comes_by_a_link_is_refused(string link)
    {
        await using var app = new ServiceApp(folder: _folder.Name);
        app.StartServer();
        var other = _folder.At("other.db");
        using var process = System.Diagnostics.Process.Start("sh", ["-c", $"{link} '{DatabaseFile}' '{other}'"]);
        await process.WaitForExitAsync();

        Assert.Contains("in use by another process", ErrorOf($"ConnectionStrings:Deployments=Data Source={other}"), StringComparison.Ordinal);
        await new Project(app).DeploymentAsync();
    }

    [SqliteFact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder.At("file"), "no folder");

        var refusal = ErrorOf($"ConnectionStrings:Deployments=Data Source={_folder.At("file/deployments.db")}");

        Assert.Contains($"The folder {_folder.At("file")} cannot be written", refusal, StringComparison.Ordinal);
    }

    [SqliteFact]
    public void A_folder_in_the_place_of_the_file_is_named()
    {
        Directory.CreateDirectory(DatabaseFile);

        Assert.Contains("cannot be written", ErrorOf(), StringComparison.Ordinal);
    }

    [SqliteFact]
    public void A_database_that_another_program_holds_is_named()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();

        Assert.Contains("held by another program", ErrorOf("Database:BusyTimeoutMilliseconds=100"), StringComparison.Ordinal);
    }

    private string DatabaseFile => _folder.At("deployments.db");

    /// <summary>What the program says when it cannot be put together.</summary>
    private string ErrorOf(params string[] settings)
    {
        string[] arguments = [$"ConnectionStrings:Deployments=Data Source={DatabaseFile}", .. settings];
        return Assert.Throws<DatabaseUnusableException>(() => Program.Build([.. arguments.Select(setting => "--" + setting)])).Message;
    }

    /// <summary>What the process says when it does not start: a sentence, and no stack trace.</summary>
    private async Task<string> RefusalAsync(params string[] settings)
    {
        await using var service = ServiceProcess.Start(_folder.Name, [$"ConnectionStrings:Deployments=Data Source={DatabaseFile}", .. settings]);
        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.DoesNotContain("   at ", service.Errors, StringComparison.Ordinal);
        return service.Errors;
    }
}
