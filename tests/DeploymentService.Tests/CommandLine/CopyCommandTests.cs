using System.Data.Common;
using DeploymentService.CommandLine;
using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DeploymentService.Tests.CommandLine;

/// <summary>Copies of a database: into a file and back to a server, with every row as it was.</summary>
public sealed class CopyCommandTests : IDisposable
{
    private static readonly string[] Tables =
    [
        "access_tokens", "agent_urls", "deployment_events", "deployment_runs", "execution_snapshots", "idempotency_keys", "rollouts", "rollout_deployments", "rollout_servers", "servers",
        "signing_keys", "software_configs", "software_deployments",
    ];

    private readonly TempFolder _folder = new();
    private readonly TempFolder _other = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [SqliteFact]
    public async Task A_file_is_copied_to_another_with_every_row()
    {
        var copy = $"Data Source={_folder.At("copy.db")};Pooling=false";
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            await FillAsync(app);
        }

        Assert.Equal((0, ""), (await RunAsync(copy), $"{_errors}"));

        var source = RowsOf(new SqliteConnection(_folder.Database.Settings["ConnectionStrings:Deployments"] + ";Pooling=false"));
        Assert.All(Tables, table => Assert.NotEmpty(source[table]));
        Assert.Equal(source, RowsOf(new SqliteConnection(copy)));
    }

    [PostgresFact]
    public async Task A_server_is_copied_to_a_file_and_back_with_every_row()
    {
        var file = $"Data Source={_folder.At("copy.db")};Pooling=false";
        string history;
        string id;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            (id, history) = await FillAsync(app);
        }

        var back = _other.Database.Settings["ConnectionStrings:Deployments"];
        Assert.Equal((0, ""), (await RunAsync(file), $"{_errors}"));
        Assert.Equal(0, await ProgramCommands.RunAsync(["copy", "--to", back, $"--ConnectionStrings:Deployments={file}"], TimeProvider.System, _output, _errors));

        var source = RowsOf(new NpgsqlConnection(_folder.Database.Settings["ConnectionStrings:Deployments"] + ";Pooling=false"));
        Assert.All(Tables, table => Assert.NotEmpty(source[table]));
        Assert.Equal(source, RowsOf(new SqliteConnection(file)));
        Assert.Equal(source, RowsOf(new NpgsqlConnection(back + ";Pooling=false")));

        // And a service goes on there.
        await using var copied = new ServiceApp(folder: _other.Name);
        var project = new Project(copied, "project");
        Assert.Equal(history, (await project.SendAsync("GET", $"software_deployments/{id}/events", token: ServiceApp.AdminToken)).Text);
        Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""", ServiceApp.AdminToken)).Status);
    }

    [PostgresFact]
    public async Task A_target_that_is_not_empty_is_refused()
    {
        await using (var app = new ServiceApp(folder: _other.Name))
        {
            await FillAsync(app);
        }

        Assert.Equal(1, await RunAsync(_other.Database.Settings["ConnectionStrings:Deployments"]));

        Assert.Matches("^Nothing was copied: the target is not empty, its table [a-z_]+ has rows. Name an empty database in --to.\r?\n$", $"{_errors}");
    }

    [SqliteFact]
    public async Task A_file_that_is_not_there_is_not_made()
    {
        Assert.Equal(1, await RunAsync($"Data Source={_folder.At("copy.db")}"));

        Assert.StartsWith("There is no database", $"{_errors}", StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Name));
    }

    /// <summary>Does something that each table keeps; a deployment and its history.</summary>
    private static async Task<(string Id, string History)> FillAsync(ServiceApp app)
    {
        var project = new Project(app, "project");
        var id = await project.DeploymentAsync();
        Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{id}/run", token: ServiceApp.AdminToken)).Status);
        var another = await project.ConfigAsync();
        Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"config_id": "{{another}}", "status": "COMPLETE", "status_reason": "ünï 🦆"}""", ServiceApp.AdminToken)).Status);
        Assert.Equal(200, (await project.SendAsync("POST", "servers/a-server/agent_url", """{"rotate": true}""", token: ServiceApp.AdminToken)).Status);
        using var once = new HttpRequestMessage(HttpMethod.Post, $"/v1/{project.Id}/software_configs")
        {
            Content = new StringContent("""{"name": "once"}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "X-Auth-Token", ServiceApp.AdminToken }, { "Idempotency-Key", "a-key" } },
        };
        Assert.Equal(200, (await app.SendAsync(once)).Status);
        await project.TokenAsync("reader");
        await project.DeploymentAsync("another-server");
        Assert.Equal(204, (await project.SendAsync("DELETE", "servers/another-server?deployments=fail", token: ServiceApp.AdminToken)).Status);
        var rollout = (await project.SendAsync("POST", "rollouts", $$"""{"name": "r", "config_id": "{{another}}", "servers": ["a-third-server"]}""", ServiceApp.AdminToken))
            .Json["rollout"]!["id"]!.GetValue<string>();
        while ((await project.SendAsync("GET", $"rollouts/{rollout}", token: ServiceApp.AdminToken)).Json["rollout"]!["counts"]!["IN_PROGRESS"]!.GetValue<long>() == 0)
        {
            // It is about to be begun.
        }

        return (id, (await project.SendAsync("GET", $"software_deployments/{id}/events", token: ServiceApp.AdminToken)).Text);
    }

    private Task<int> RunAsync(string to) =>
        ProgramCommands.RunAsync(["copy", "--to", to, .. _folder.Database.Arguments], TimeProvider.System, _output, _errors);

    private static Dictionary<string, List<string>> RowsOf(DbConnection connection)
    {
        using (connection)
        {
            connection.Open();
            return Tables.ToDictionary(table => table, table => RowsOf(connection, table));
        }
    }

    private static List<string> RowsOf(DbConnection connection, string table)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .OrderBy(reader.GetName, StringComparer.Ordinal)
                .Select(column => $"{reader.GetName(column)}={Text(reader.GetValue(column))}")));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        bool flag => flag ? "1" : "0",
        DBNull => "NULL",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };
}
