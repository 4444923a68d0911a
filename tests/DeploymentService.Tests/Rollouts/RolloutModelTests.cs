using System.Text.Json.Nodes;
using DeploymentService.Tests.Replicas;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Rollouts;

/// <summary>Whatever sizes, limits and ends there are: never more at once than a batch, never more failures than may be, nobody twice and nobody forgotten.</summary>
public sealed class RolloutModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task Batches_and_limits_hold_whatever_servers_report(int seed) => RunAsync(ServiceApp.NewProject(), seed);

    [ReplicaFact]
    public async Task Two_replicas_drive_as_one_would()
    {
        await using var replicas = new ReplicaRoom(2);
        await RunAsync(replicas[0], seed: 11, replicas[1]);
        await RunAsync(replicas[1], seed: 12, replicas[0]);
    }

    [Fact]
    public async Task A_kill_at_any_moment_neither_doubles_nor_forgets_a_deployment()
    {
        const int servers = 1500;
        string? id = null;
        for (var round = 0; round < 3; round++)
        {
            await using var service = await ServiceProcess.StartedAsync(_folder.Name);
            using var client = await service.ClientAsync();
            id ??= await CreateAsync(client, servers);
            var mark = Begun(await ShowAsync(client, id)) + 250;
            while (Begun(await ShowAsync(client, id)) < Math.Min(mark, servers))
            {
                await Task.Yield();
            }

            await service.KillAsync();
        }

        await using var last = await ServiceProcess.StartedAsync(_folder.Name);
        using var reader = await last.ClientAsync();
        while (Begun(await ShowAsync(reader, id!)) < servers)
        {
            await Task.Yield();
        }

        var deployments = (await GetAsync(reader, "software_deployments"))["software_deployments"]!.AsArray();
        Assert.Equal(servers, deployments.Count);
        Assert.Equal(servers, deployments.Select(deployment => deployment.Text("server_id")).Distinct().Count());
        var begun = (await GetAsync(reader, $"rollouts/{id}/servers?status=IN_PROGRESS"))["servers"]!.AsArray();
        Assert.Equal(deployments.Select(deployment => deployment.Text("id")).Order(), begun.Select(server => server.Text("deployment_id")).Order());
        Assert.All(begun, server => Assert.Equal(1, server!.Number("execution")));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task RunAsync(Project project, int seed, Project? other = null)
    {
        var random = new Random(seed);
        var (total, sizes) = (random.Next(5, 30), Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 7)).ToList());
        var percent = random.Next(2) == 0;
        var most = random.Next(percent ? 60 : 6);
        var limit = percent ? total * most / 100 : most;
        var id = await project.RolloutAsync(
            $"\"servers\": {RolloutRoom.Servers(total)}, \"batch_sizes\": [{string.Join(',', sizes)}], \"{(percent ? "max_failure_percent" : "max_failures")}\": {most}");
        var (failed, ended) = (0, 0);
        for (var batch = 1; ended < total; batch++)
        {
            var size = Math.Min(sizes[Math.Min(batch, sizes.Count) - 1], total - ended);
            var at = batch;
            await project.UntilAsync(id, rollout => rollout.Number("batch") == at && rollout["counts"]!.Number("IN_PROGRESS") == size);
            var running = await project.ServersAsync(id, "IN_PROGRESS");
            Assert.Equal(size, running.Count);
            // In any order, and all at once, on whichever replica.
            var fails = running.Where(_ => random.Next(4) == 0).ToList();
            await Task.WhenAll(running.OrderBy(_ => random.Next()).ToList().Select((server, place) =>
                (place % 2 == 0 ? other ?? project : project).SetAsync(server.Text("deployment_id")!, fails.Contains(server) ? "FAILED" : "COMPLETE")));
            (ended, failed) = (ended + size, failed + fails.Count);
            if (failed > limit)
            {
                break;
            }
        }

        var rollout = await project.UntilAsync(id, rollout => rollout["ended_time"] is not null && rollout["counts"]!.Number("IN_PROGRESS") == 0);
        var status = failed > limit ? "FAILED" : failed > 0 ? "COMPLETE_WITH_FAILURES" : "COMPLETE";
        Assert.Equal((status, $"{total - ended} 0 {ended - failed} {failed} 0"), (rollout.Text("status"), rollout.Counts()));
        var deployments = (await (other ?? project).SendAsync("GET", $"software_deployments?rollout_id={id}")).Json["software_deployments"]!.AsArray();
        Assert.Equal(ended, deployments.Select(deployment => deployment.Text("server_id")).Distinct().Count());
        Assert.Equal(ended, deployments.Count);
    }

    private static async Task<string> CreateAsync(HttpClient client, int servers)
    {
        var config = (await PostAsync(client, "software_configs", """{"name": "c", "group": "script"}"""))["software_config"].Text("id");
        return (await PostAsync(client, "rollouts", $$"""{"name": "n", "config_id": "{{config}}", "servers": {{RolloutRoom.Servers(servers)}}, "batch_sizes": [{{servers}}]}"""))["rollout"].Text("id")!;
    }

    private static Task<JsonNode> ShowAsync(HttpClient client, string id) => GetAsync(client, $"rollouts/{id}");

    private static long Begun(JsonNode envelope) => envelope["rollout"]!.Number("total") - envelope["rollout"]!["counts"]!.Number("PENDING");

    private static async Task<JsonNode> GetAsync(HttpClient client, string path) => JsonNode.Parse(await client.GetStringAsync("/v1/a-project/" + path))!;

    private static async Task<JsonNode> PostAsync(HttpClient client, string path, string body)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/a-project/" + path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            // Whoever is told to send it again does it once.
            request.Headers.Add("Idempotency-Key", path);
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable)
            {
                Assert.True(answer.IsSuccessStatusCode, text);
                return JsonNode.Parse(text)!;
            }
        }
    }
}
