using System.Net;
using System.Net.Sockets;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Host;

/// <summary>An address that cannot be had ends the start with a sentence, before there is a folder, a key or a token.</summary>
public sealed class ListenProbeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("http://0.0.0.0:{0}")]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://+:{0}")]
    [InlineData("http://127.0.0.2:0;http://127.0.0.1:{0}")]
    public async Task A_port_in_use(string format)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var urls = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, ((IPEndPoint)other.LocalEndpoint).Port);

        await AssertRefusedAsync(
            [$"The service cannot listen on {urls.Split(';')[^1]}: address already in use. Stop the program that has it, or choose another with --urls."], ["urls=" + urls]);
    }

    [Fact]
    public async Task A_port_in_use_of_the_web_servers_own_endpoint()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await AssertRefusedAsync(
            [$"The service cannot listen on http://{other.LocalEndpoint}: address already in use. Stop the program that has it, or choose another with --urls."],
            [$"Kestrel:Endpoints:Main:Url=http://{other.LocalEndpoint}"]);
    }

    [Fact]
    public async Task An_address_twice()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://{free.LocalEndpoint}";
        free.Stop();

        await AssertRefusedAsync([$"The service cannot listen on {url}: address already in use. Stop the program that has it, or choose another with --urls."], [$"urls={url};{url}"]);
    }

    // Addresses that are kept for documentation: no host has them.
    [Fact]
    public Task Addresses_of_other_hosts_are_all_named() => AssertRefusedAsync(
        [
            "The service cannot listen on http://192.0.2.1:8004: this host has no such address. Choose one that it has, or http://+:PORT for all.",
            "The service cannot listen on http://198.51.100.1:8004: this host has no such address. Choose one that it has, or http://+:PORT for all.",
        ],
        ["urls=http://192.0.2.1:8004;http://198.51.100.1:8004"]);

    [Fact]
    public async Task A_socket_whose_file_is_there_and_one_whose_folder_is_not()
    {
        using var elsewhere = new TempFolder();
        await File.WriteAllTextAsync(elsewhere.At("in.use"), "");

        await AssertRefusedAsync(
            [
                $"The service cannot listen on http://unix:{elsewhere.At("in.use")}: the file is there already. Stop the program that has it, or delete the file when none has.",
                $"The service cannot listen on http://unix:{elsewhere.At("no/folder")}: the folder is not there. Make it, or name another file.",
            ],
            [$"urls=http://unix:{elsewhere.At("in.use")};http://unix:{elsewhere.At("no/folder")}"]);
        Assert.True(File.Exists(elsewhere.At("in.use")));
    }

    [Theory]
    [InlineData("urls=https://127.0.0.1:0")]
    [InlineData("https_ports=0")]
    [InlineData("Kestrel:Endpoints:Main:Url=https://127.0.0.1:0")]
    [InlineData("urls=https://127.0.0.1:0", "Kestrel:Certificates:Default:Path=no-such.pem")]
    [InlineData("Kestrel:Endpoints:Main:Url=https://127.0.0.1:0", "Kestrel:Endpoints:Main:Certificate:Path=no-such.pem")]
    public async Task An_https_address_without_its_certificate(params string[] settings)
    {
        // Where nobody has a developer's certificate.
        using var home = new TempFolder();
        await using var service = ServiceProcess.Start(_folder.Name, settings, ("ASPNETCORE_URLS", ""), ("HOME", home.Name), ("DOTNET_CLI_HOME", home.Name));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Matches(@"^The service cannot listen on https://[^ ]+:0: [^\n]+\. Name a certificate and its key in Kestrel:Certificates:Default:Path and KeyPath, or use http\.$", service.Errors);
        Assert.Empty(service.Output);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Name));
    }

    [Fact]
    public async Task What_can_be_had_is_let_go_again_for_the_service()
    {
        using var elsewhere = new TempFolder();
        var socket = elsewhere.At("service.sock");
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, [$"urls=http://127.0.0.1:0;http://[::1]:0;http://unix:{socket}"]);
        using var client = await service.ClientAsync();

        using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(File.Exists(socket));
    }

    private async Task AssertRefusedAsync(string[] sentences, string[] settings)
    {
        await using var service = ServiceProcess.Start(_folder.Name, settings, ("ASPNETCORE_URLS", ""), ("Authentication__BootstrapToken", ""));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Equal(string.Join('\n', sentences), service.Errors);
        Assert.Empty(service.Output);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Name));
    }
}
