using DeploymentService.CommandLine;
using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Agents;

/// <summary>The signing key: made once, rotated, or given by a setting.</summary>
public sealed class SigningKeyTests : IDisposable
{
    private static readonly string KeyA = new('a', 32);
    private static readonly string KeyB = new('b', 32);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2030-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    private string File => _folder.At("signing.keys");

    private string Database => _folder.At("deployments.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_a_key_and_later_ones_keep_it()
    {
        var path = await PathAsync();
        var made = Assert.Single(Keys());

        Assert.Equal(200, await PollAsync(path));

        Assert.Equal(made, Assert.Single(Keys()));
        Assert.Equal(64, made.Secret.Length);
        Assert.False(System.IO.File.Exists(File));
    }

    [SqliteFact]
    public async Task The_file_of_an_earlier_version_is_taken_over_once_and_kept_as_it_is()
    {
        var signing = Line('1');
        var old = $"{Line('2')} until=2030-01-03T00:00:00Z";
        var content = $"{signing}\n{old}\n";
        await System.IO.File.WriteAllTextAsync(File, content);

        var path = await PathAsync();

        Assert.Equal([(Hex(signing), null), (Hex(Line('2')), "2030-01-03")], Keys());
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(File));
        await System.IO.File.WriteAllTextAsync(File, Line('3') + "\n");
        Assert.Equal(200, await PollAsync(path));
        Assert.Equal(2, Keys().Count);
    }

    [SqliteFact]
    public async Task A_rotation_before_the_first_start_of_this_version_takes_the_file_over_too()
    {
        await using (var context = new SqliteDeploymentDbContext(new DbContextOptionsBuilder<SqliteDeploymentDbContext>()
            .UseSqlite($"Data Source={Database};Pooling=false").Options))
        {
            await context.GetService<IMigrator>().MigrateAsync("HistorySegments");
        }

        await System.IO.File.WriteAllTextAsync(File, Line('1') + "\n");

        Assert.Equal(0, await RotateAsync("--accept-old-for-days", "2"));

        Assert.Equal([null, (Hex(Line('1')), "2030-01-03")], Keys().Select((key, place) => place == 0 ? ((string, string?)?)null : key));
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_signs_and_the_old_one_is_accepted_for_its_days()
    {
        var path = await PathAsync();
        var old = Assert.Single(Keys()).Secret;

        Assert.Equal(0, await RotateAsync("--accept-old-for-days", "2"));

        var keys = Keys();
        Assert.Equal(2, keys.Count);
        Assert.Equal((old, "2030-01-03"), keys[1]);
        Assert.Null(keys[0].Until);
        Assert.Equal(200, await PollAsync(path));
        Assert.NotEqual(path, await PathAsync());
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(404, await PollAsync(path));
    }

    [SqliteFact]
    public async Task While_the_service_runs_a_rotation_says_so_and_changes_nothing()
    {
        await using var app = Start();
        app.StartServer();
        var keys = Keys();

        Assert.Equal(1, await RotateAsync());

        Assert.Contains($"the service runs on {Database}: stop it, rotate the key, and start it again", $"{_errors}", StringComparison.Ordinal);
        Assert.Equal(keys, Keys());
    }

    [SqliteFact]
    public async Task A_database_that_is_not_there_is_not_made_by_a_rotation()
    {
        Assert.Equal(1, await RotateAsync());

        Assert.Contains($"There is no database {Database}", $"{_errors}", StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Name));
    }

    [Fact]
    public async Task No_answer_log_or_command_shows_a_key()
    {
        using var logged = new LoggedApp(_ => { }, new() { ["Logging:Level"] = "Debug" }, _folder.Name);
        await logged.App.DisposeAsync();
        Assert.Equal(0, await RotateAsync());

        foreach (var (secret, _) in Keys())
        {
            var bytes = Convert.FromHexString(secret);
            var texts = string.Join('\n', logged.Log.Events.Select(CapturedLog.Whole)) + _output + _errors;
            Assert.All([secret, Convert.ToBase64String(bytes), System.Buffers.Text.Base64Url.EncodeToString(bytes)],
                text => Assert.DoesNotContain(text, texts, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task An_old_key_ends_while_the_service_runs()
    {
        var path = await PathAsync();
        await RotateAsync();
        await using var app = Start();

        Assert.Equal(200, (await new Agent(app, path).PollAsync()).Status);
        // Set and not let pass: what is done every second would be done for each of a month.
        _time.AdjustTime(_time.GetUtcNow() + TimeSpan.FromDays(30));
        Assert.Equal(404, (await new Agent(app, path).PollAsync()).Status);
    }

    [Fact]
    public async Task A_second_rotation_leaves_the_time_of_the_first_and_drops_what_is_over()
    {
        await PathAsync();
        await RotateAsync("--accept-old-for-days", "1");
        await RotateAsync("--accept-old-for-days", "10");
        Assert.Equal([null, "2030-01-11", "2030-01-02"], Keys().Select(key => key.Until));

        _time.Advance(TimeSpan.FromDays(5));
        await RotateAsync("--accept-old-for-days", "0");

        Assert.Equal([null, "2030-01-11"], Keys().Select(key => key.Until));
    }

    [Fact]
    public async Task With_a_key_of_the_settings_none_is_made_and_rotation_is_refused()
    {
        var path = await PathAsync(("Agents:SigningKey", KeyA));

        Assert.Empty(Keys());
        Assert.Equal(1, await RotateAsync("--Agents:SigningKey", KeyA));
        Assert.Empty(Keys());
        Assert.Equal(200, await PollAsync(path, ("Agents:SigningKey", KeyA)));
        Assert.Equal(200, await PollAsync(path, ("Agents:SigningKey", KeyB), ("Agents:PreviousSigningKey", KeyA)));
        Assert.Equal(404, await PollAsync(path, ("Agents:SigningKey", KeyB)));
        Assert.NotEqual(path, await PathAsync(("Agents:SigningKey", KeyB), ("Agents:PreviousSigningKey", KeyA)));
    }

    [SqliteTheory]
    [InlineData("")]
    [InlineData("too-short\n")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA until=soon\n")]
    public async Task A_file_that_cannot_be_used_stops_the_start_and_is_not_replaced(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content);

        await using var service = ServiceProcess.Start(_folder.Name, [$"ConnectionStrings:Deployments=Data Source={Database}"]);

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Contains(File, service.Errors, StringComparison.Ordinal);
        Assert.Contains("restore the file from a backup", service.Errors, StringComparison.Ordinal);
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(File));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("3651")]
    [InlineData("some")]
    [InlineData("")]
    public async Task A_rotation_with_wrong_days_is_refused(string days)
    {
        await PathAsync();

        Assert.Equal(1, await RotateAsync("--accept-old-for-days", days));

        Assert.Single(Keys());
    }

    private Task<int> RotateAsync(params string[] options) =>
        ProgramCommands.RunAsync(["rotate-signing-key", .. _folder.Database.Arguments, .. options], _time, _output, _errors);

    /// <summary>The keys that are stored, the one that signs first, and until when they are accepted.</summary>
    private List<(string Secret, string? Until)> Keys() => _folder.Database.Query(
        "SELECT secret, until_time FROM signing_keys ORDER BY number DESC",
        row => (Convert.ToHexString(row.GetFieldValue<byte[]>(0)), row.IsDBNull(1) ? null : $"{DateTime.UnixEpoch.AddMilliseconds(row.GetInt64(1)):yyyy-MM-dd}"));

    private static string Line(char digit) => System.Buffers.Text.Base64Url.EncodeToString(Convert.FromHexString(new string(digit, 64)));

    private static string Hex(string line) => Convert.ToHexString(System.Buffers.Text.Base64Url.DecodeFromChars(line));

    private ServiceApp Start(params (string Key, string Value)[] settings) => new(
        settings.ToDictionary(setting => setting.Key, setting => setting.Value), _folder.Name, services => services.AddSingleton<TimeProvider>(_time));

    /// <summary>The path of an agent URL that a start makes, always of the same project.</summary>
    private async Task<string> PathAsync(params (string Key, string Value)[] settings)
    {
        await using var app = Start(settings);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/a-project/servers/a-server/agent_url");
        request.Headers.Add("X-Auth-Token", ServiceApp.AdminToken);
        var answer = await app.SendAsync(request);
        Assert.Equal(200, answer.Status);
        return new Uri(answer.Json["agent_url"]!["url"]!.GetValue<string>()).AbsolutePath;
    }

    private async Task<int> PollAsync(string path, params (string Key, string Value)[] settings)
    {
        await using var app = Start(settings);
        return (await new Agent(app, path).PollAsync()).Status;
    }
}
