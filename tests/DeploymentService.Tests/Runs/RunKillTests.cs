using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Runs;

/// <summary>What became of acknowledged runs is there after a kill: each with its own outputs, none twice and none missing.</summary>
public sealed class RunKillTests : IDisposable
{
    private const int Deployments = 8;
    private const int Kept = 10;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_acknowledged_run_survives_a_kill_with_its_own_outputs()
    {
        var acknowledged = new int[Deployments];
        var ids = new string[Deployments];
        await using (var service = await ServiceProcess.StartedAsync(_folder.Name))
        {
            using var client = await service.ClientAsync();
            var config = await PostAsync(client, "software_config", """{"group": "script"}""");
            for (var place = 0; place < Deployments; place++)
            {
                ids[place] = await PostAsync(client, "software_deployment", $$"""{"config_id": "{{config}}", "server_id": "server-{{place}}"}""");
            }

            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var clients = Enumerable.Range(0, Deployments).Select(place => Task.Run(() => RunAsync(client, place, enough))).ToList();
            await Task.WhenAny(enough.Task, Task.WhenAll(clients));
            Assert.True(enough.Task.IsCompletedSuccessfully);
            await service.KillAsync();
            await Task.WhenAll(clients);
        }

        await using var again = await ServiceProcess.StartedAsync(_folder.Name);
        using var reader = await again.ClientAsync();
        for (var place = 0; place < Deployments; place++)
        {
            var runs = (await reader.GetFromJsonAsync<JsonNode>($"/v1/load/software_deployments/{ids[place]}/runs"))!["runs"]!.AsArray();
            var newest = runs[0]!.Number();
            Assert.InRange(newest, acknowledged[place], acknowledged[place] + 1);
            Assert.Equal(Enumerable.Range(0, Math.Min(Kept, newest)).Select(earlier => newest - earlier), runs.Select(run => run!.Number()));
            Assert.All(runs.Skip(1), run => Assert.Equal($$"""{"of":{{run!.Number()}}}""", run!.Outputs()));
        }

        async Task RunAsync(HttpClient client, int place, TaskCompletionSource enough)
        {
            acknowledged[place] = 1;
            try
            {
                while (true)
                {
                    var report = $$$"""{"status": "COMPLETE", "output_values": {"of": {{{acknowledged[place]}}}}}""";
                    using var content = new StringContent(report, System.Text.Encoding.UTF8, "application/json");
                    using var ended = await client.PutAsync(new Uri($"/v1/load/software_deployments/{ids[place]}", UriKind.Relative), content);
                    using var begun = await client.PostAsync(new Uri($"/v1/load/software_deployments/{ids[place]}/run", UriKind.Relative), null);
                    Assert.True(ended.IsSuccessStatusCode && begun.IsSuccessStatusCode);
                    if (++acknowledged[place] == Kept + 5)
                    {
                        enough.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // It is killed.
            }
        }
    }

    private static async Task<string> PostAsync(HttpClient client, string kind, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/v1/load/{kind}s"), UriKind.Relative), content);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())![kind]!["id"]!.GetValue<string>();
    }
}
