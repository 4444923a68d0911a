using DeploymentService.CommandLine;
using DeploymentService.Tests.Support;
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

    private string File => _folder.At("signing.keys");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_a_key_for_the_services_user_alone_and_later_ones_keep_it()
    {
        var path = await PathAsync();
        var made = await System.IO.File.ReadAllTextAsync(File);

        Assert.Equal(200, await PollAsync(path));
        Assert.Equal(made, await System.IO.File.ReadAllTextAsync(File));
        Assert.Matches("^[A-Za-z0-9_-]{43}\n$", made);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_signs_and_the_old_one_is_accepted_for_its_days()
    {
        var path = await PathAsync();
        var old = (await System.IO.File.ReadAllTextAsync(File)).Trim();

        Assert.Equal(0, await RotateAsync("--accept-old-for-days", "2"));

        var lines = await System.IO.File.ReadAllLinesAsync(File);
        Assert.Equal(2, lines.Length);
        Assert.Equal($"{old} until=2030-01-03T00:00:00Z", lines[1]);
        Assert.Equal(200, await PollAsync(path));
        Assert.NotEqual(path, await PathAsync());
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(404, await PollAsync(path));
    }

    [Fact]
    public async Task An_old_key_ends_while_the_service_runs()
    {
        var path = await PathAsync();
        await RotateAsync();
        await using var app = Start();

        Assert.Equal(200, (await new Agent(app, path).PollAsync()).Status);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(404, (await new Agent(app, path).PollAsync()).Status);
    }

    [Fact]
    public async Task A_second_rotation_leaves_the_time_of_the_first_and_drops_what_is_over()
    {
        await RotateAsync();
        await RotateAsync("--accept-old-for-days", "1");
        await RotateAsync("--accept-old-for-days", "10");
        Assert.Equal(["2030-01-11", "2030-01-02"], (await System.IO.File.ReadAllLinesAsync(File)).Skip(1).Select(line => line.Split("until=")[1][..10]));

        _time.Advance(TimeSpan.FromDays(5));
        await RotateAsync("--accept-old-for-days", "0");

        Assert.Equal(["2030-01-11"], (await System.IO.File.ReadAllLinesAsync(File)).Skip(1).Select(line => line.Split("until=")[1][..10]));
    }

    [Fact]
    public async Task With_a_key_of_the_settings_there_is_no_file_and_rotation_is_refused()
    {
        var path = await PathAsync(("Agents:SigningKey", KeyA));

        Assert.False(System.IO.File.Exists(File));
        Assert.Equal(1, await RotateAsync("--Agents:SigningKey", KeyA));
        Assert.False(System.IO.File.Exists(File));
        Assert.Equal(200, await PollAsync(path, ("Agents:SigningKey", KeyA)));
        Assert.Equal(200, await PollAsync(path, ("Agents:SigningKey", KeyB), ("Agents:PreviousSigningKey", KeyA)));
        Assert.Equal(404, await PollAsync(path, ("Agents:SigningKey", KeyB)));
        Assert.NotEqual(path, await PathAsync(("Agents:SigningKey", KeyB), ("Agents:PreviousSigningKey", KeyA)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("too-short\n")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA until=soon\n")]
    public async Task A_file_that_cannot_be_used_stops_the_start_and_is_not_replaced(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content);

        await using var service = ServiceProcess.Start(_folder.Name, [$"ConnectionStrings:Deployments=Data Source={_folder.At("deployments.db")}"]);

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
        Assert.Equal(1, await RotateAsync("--accept-old-for-days", days));
        Assert.False(System.IO.File.Exists(File));
    }

    private Task<int> RotateAsync(params string[] options) =>
        ProgramCommands.RunAsync(["rotate-signing-key", $"--ConnectionStrings:Deployments=Data Source={_folder.At("deployments.db")}", .. options], _time, TextWriter.Null, TextWriter.Null);

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
