using System.Net;
using System.Net.Sockets;
using DeploymentService.CommandLine;
using DeploymentService.Settings;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.CommandLine;

/// <summary>The words of the command line: what they do, and that no other word starts a service by mistake.</summary>
public sealed class ProgramCommandsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--urls", "http://127.0.0.1:0", "--help")]
    public async Task Help_names_the_commands_and_every_setting(params string[] arguments)
    {
        Assert.Equal(0, await RunAsync(arguments));

        foreach (var word in (string[])["copy", "healthcheck", "rotate-signing-key", "backup", "restore", "after-restore", "--version", "Api:TimestampSuffix", "Keystone:AuthUrl", "urls", "appsettings.json"])
        {
            Assert.Contains(word, $"{_output}", StringComparison.Ordinal);
        }

        Assert.Empty($"{_errors}");
    }

    [Theory]
    [InlineData("rotate-signing-key", "--accept-old-for-days")]
    [InlineData("healthcheck", "Asks the service")]
    [InlineData("copy", "--to")]
    public async Task Help_of_a_command_has_its_options(string command, string part)
    {
        Assert.Equal(0, await RunAsync(command, "--help"));

        Assert.Contains(part, $"{_output}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        Assert.Equal(0, await RunAsync("--version"));

        Assert.Matches(@"^DeploymentService \d+\.\d+\.\d+[^ \n]*( \(commit [0-9a-f]{7,40}\))?\r?\n$", $"{_output}");
    }

    [Theory]
    [InlineData("did you mean healthcheck?", "healthchek")]
    [InlineData("did you mean healthcheck?", "HealthCheck")]
    [InlineData("did you mean rotate-signing-key?", "rotate-singing-key")]
    [InlineData("use healthcheck or backup or restore or after-restore or copy or purge or rotate-signing-key", "foo")]
    [InlineData("use healthcheck or backup or restore or after-restore or copy or purge or rotate-signing-key", "")]
    [InlineData("did you mean --help?", "--hepl")]
    [InlineData("did you mean --version?", "--verison")]
    [InlineData("did you mean --help?", "--hepl", "--urls", "http://127.0.0.1:0")]
    [InlineData("-x is no option", "-x")]
    [InlineData("-- is no option of this program", "--")]
    [InlineData("-- is no option of this program", "--", "--urls", "http://127.0.0.1:0")]
    [InlineData("-x=1 is no option", "-x=1")]
    [InlineData("foo is no command", "--urls", "http://127.0.0.1:0", "foo")]
    [InlineData("--urls needs a value", "--urls")]
    [InlineData("did you mean --Api:TimestampSuffix?", "--Api:TimestmpSuffix")]
    [InlineData("healthcheck does not take 'foo'", "healthcheck", "foo")]
    [InlineData("did you mean --accept-old-for-days?", "rotate-signing-key", "--accept-old-for-day", "3")]
    [InlineData("did you mean --urls?", "healthcheck", "--url", "http://127.0.0.1:1")]
    [InlineData("--accept-old-for-days is 'soon': use a whole number from 0 to 3650", "rotate-signing-key", "--accept-old-for-days", "soon")]
    public async Task Whatever_is_no_word_is_refused_with_the_nearest(string sentence, params string[] arguments)
    {
        Assert.False(ProgramArguments.AreSettings(arguments));
        Assert.Equal(1, await RunAsync(arguments));

        Assert.Contains(sentence, $"{_errors}", StringComparison.Ordinal);
        Assert.DoesNotContain("System.", $"{_errors}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--Api:TimestampSuffix", "none")]
    [InlineData("--Api:TimestampSuffix=none", "/Logging:Json", "true", "/Logging:Level=Debug", "PublicUrl=http://127.0.0.1:1")]
    [InlineData("--urls", "http://127.0.0.1:0", "--Keystone:Password", "-x")]
    [InlineData("--Api=")]
    public void Settings_in_every_form_start_the_service(params string[] arguments)
    {
        Assert.True(ProgramArguments.AreSettings(arguments));
        Assert.Equal(arguments, ProgramArguments.Split(arguments).Settings);
    }

    [Theory]
    [InlineData("healthchek", "healthchek is no command of this program: did you mean healthcheck?")]
    [InlineData("--hepl", "--hepl is no option of this program: did you mean --help?")]
    public async Task The_program_itself_refuses_and_makes_nothing(string word, string sentence)
    {
        await using var program = ServiceProcess.StartWith(_folder.Name, [word]);

        Assert.Equal(1, await program.ExitCodeAsync());
        Assert.Equal(sentence, program.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Name));
    }

    [Fact]
    public async Task The_program_itself_prints_its_version()
    {
        await using var program = ServiceProcess.StartWith(_folder.Name, ["--version"]);

        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.StartsWith("DeploymentService ", Assert.Single(program.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_starts_does_not_load_what_only_words_need()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Api:TimestampSuffix=none"]);
        using var client = await service.ClientAsync();
        using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        // The assemblies of a process are files that it has mapped.
        var loaded = await File.ReadAllTextAsync($"/proc/{service.Id}/maps");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("DeploymentService.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("System.CommandLine.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("Spectre.Console.dll", loaded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.0.0.2:0")]
    public async Task A_service_that_is_ready_is_healthy_and_one_that_is_gone_is_not(string url)
    {
        string address;
        await using (var service = await ServiceProcess.StartedAsync(_folder.Name, ["urls=" + url]))
        {
            address = (await service.AddressAsync()).OriginalString;
            Assert.Equal(0, await RunAsync("healthcheck", "--urls", address));
        }

        Assert.Equal(1, await RunAsync("healthcheck", "--urls", address));
        Assert.Contains($"{address} does not answer", $"{_errors}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_on_every_address_or_on_a_socket_is_asked_on_this_host()
    {
        var socket = $"http://unix:{_folder.At("service.sock")}";
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, [$"urls=http://+:0;{socket}"]);
        var port = (await service.AddressAsync()).Port;

        Assert.Equal(0, await RunAsync("healthcheck", "--urls", $"http://+:{port}"));
        Assert.Equal(0, await RunAsync("healthcheck", "--http_ports", $"{port}"));
        Assert.Equal(0, await RunAsync("healthcheck", "--Kestrel:Endpoints:Main:Url", $"http://*:{port}"));
        Assert.Equal(0, await RunAsync("healthcheck", "--urls", socket));
    }

    [SqliteFact]
    public async Task A_service_that_is_not_ready_says_why()
    {
        await using var app = new ServiceApp();
        app.StartServer();
        await app.EndWriterAsync();
        using var client = app.CreateDefaultClient();

        Assert.Equal(1, await RunAsync("healthcheck", "--urls", client.BaseAddress!.OriginalString));

        Assert.Contains("answers 503: The writer has ended", $"{_errors}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_on_the_port_is_not_taken_for_the_service()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answered = Task.Run(async () =>
        {
            using var client = await other.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\n<html"u8.ToArray());
        });

        Assert.Equal(1, await RunAsync("healthcheck", "--urls", $"http://{other.LocalEndpoint}"));

        await answered;
        Assert.Contains("answers 404: it is not this service", $"{_errors}", StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => ProgramCommands.RunAsync(arguments, TimeProvider.System, _output, _errors);
}
