using System.Net;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Host;

/// <summary>Where the process listens, and what it says when it does not.</summary>
public sealed class ListenAddressesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_command_line_wins_over_the_environment()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["urls=http://127.0.0.2:0"], ("ASPNETCORE_URLS", "http://127.0.0.3:0"));

        Assert.Equal("127.0.0.2", (await service.AddressAsync()).Host);
    }

    [Fact]
    public async Task Wrong_settings_end_the_process_and_secrets_are_not_repeated()
    {
        await using var service = ServiceProcess.Start(
            _folder.Name, ["Writing:QueueCapacity=0"], ("Authentication__BootstrapToken", "my secret"), ("Authentication__Mode", "None"), ("ASPNETCORE_URLS", "http://0.0.0.0:0"));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Equal(4, service.Errors.Split('\n').Length);
        Assert.Contains("Writing__QueueCapacity", service.Errors, StringComparison.Ordinal);
        Assert.Contains("Authentication__BootstrapToken", service.Errors, StringComparison.Ordinal);
        Assert.Contains("Authentication__Mode", service.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("my secret", service.Errors + string.Concat(service.Output), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Name));
    }

    [Fact]
    public async Task Without_authentication_everybody_on_the_host_is_an_admin_and_the_console_warns()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Authentication:Mode=None"]);
        using var client = new HttpClient { BaseAddress = await service.AddressAsync() };

        using var answer = await client.GetAsync(new Uri("/v1/any/tokens", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(service.Output, line => line.Contains("WRN Authentication:Mode is None: everybody", StringComparison.Ordinal));
    }
}
