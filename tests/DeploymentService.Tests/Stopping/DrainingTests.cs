using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Stopping;

/// <summary>A service that is asked to stop tells the balancer first, and answers whatever still comes.</summary>
public sealed class DrainingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Until_it_stops_it_answers_and_says_that_it_is_not_ready_and_a_second_signal_stops_it()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Stopping:DrainSeconds=600"]);
        using var client = await service.ClientAsync();
        Assert.Equal(200, await StatusAsync(client, "health/ready"));

        await service.TerminateAsync();
        while (await StatusAsync(client, "health/ready") == 200)
        {
            // The signal is on its way.
        }

        using var answer = await client.GetAsync(new Uri("health/ready", UriKind.Relative));
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("The service is about to stop: send new requests to another replica.", await answer.Content.ReadAsStringAsync());
        Assert.Equal(404, await StatusAsync(client, "healthcheck"));
        Assert.Equal(200, await StatusAsync(client, "health/live"));
        Assert.Equal(200, await StatusAsync(client, "v1/demo/software_configs"));
        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task When_the_time_is_over_it_stops()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Stopping:DrainSeconds=1"]);

        Assert.Equal(0, await service.StopAsync());
        Assert.Contains(service.Output, line => line.Contains("Stops in 1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_goes_on_waiting_until_the_service_stops()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Stopping:DrainSeconds=600"]);
        using var client = await service.ClientAsync();
        var stream = await client.GetStreamAsync(new Uri("v1/demo/events", UriKind.Relative));
        using var reader = new StreamReader(stream);
        await service.TerminateAsync();
        while (await StatusAsync(client, "health/ready") == 200)
        {
            // The signal is on its way.
        }

        using var config = await client.PostAsync(
            new Uri("v1/demo/software_configs", UriKind.Relative), new StringContent("{\"name\":\"late\"}", System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(200, (int)config.StatusCode);
        Assert.Equal(0, await service.StopAsync());
    }

    private static async Task<int> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)answer.StatusCode;
    }
}
