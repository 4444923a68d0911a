using DeploymentService.Settings;

namespace DeploymentService.Observability;

/// <summary>
/// <c>DeploymentService healthcheck</c>: asks the service that runs on this host how it is, for a container whose image has neither a
/// shell nor curl.
/// </summary>
public static class HealthProbe
{
    /// <summary>The word on the command line.</summary>
    public const string Command = "healthcheck";

    /// <summary>Asks once. 0 when the service answers 200 within five seconds, else 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = WebApplication.CreateSlimBuilder(args).Configuration;
        ListenAddresses.ApplyStandard(configuration);
        // An address such as http://+:8004 is for listening; the port is what counts.
        var listening = BindingAddress.Parse((configuration["urls"] ?? ListenAddresses.Standard).Split(';')[0]);
        var address = new UriBuilder(listening.Scheme, "127.0.0.1", listening.Port, "healthcheck").Uri;
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await client.GetAsync(address);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {fault.Message}");
            return 1;
        }
    }
}
