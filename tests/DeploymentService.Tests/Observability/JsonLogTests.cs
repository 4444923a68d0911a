using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Observability;

/// <summary>The log for programs.</summary>
public sealed class JsonLogTests
{
    [SqliteFact]
    public async Task Every_line_is_an_object_from_the_first_to_the_last()
    {
        using var folder = new TempFolder();
        await using var service = await ServiceProcess.StartedAsync(folder.Name, ["Logging:Json=true"], ("Authentication__BootstrapToken", ""));
        using var client = await service.ClientAsync("not-a-token");
        using var answer = await client.GetAsync(new Uri("/v1/a-project/software_configs", UriKind.Relative));
        Assert.Equal(0, await service.StopAsync());

        var events = service.Output.Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        Assert.All(events, logEvent => Assert.NotNull(logEvent["@t"]));
        Assert.Single(events, logEvent => (int?)logEvent["Status"] == 401 && (string?)logEvent["Project"] == "a-project");
        Assert.Single(events, logEvent => (string?)logEvent["File"] == folder.At("data/admin.token"));
        Assert.Empty(service.Errors);
    }
}
