using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeploymentService.Benchmarks.Hosts;

namespace DeploymentService.Benchmarks.Load;

/// <summary>Two projects of one service: a quiet one and a loud one, each with its tokens and deployments.</summary>
public sealed partial class Tenants : IAsyncDisposable
{
    private const string Quiet = "quiet";
    private const string Loud = "loud";
    private const int QuietDeployments = 100;
    private const int AtOnce = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("deployment-tenants-").FullName;
    private readonly HttpClient _client;
    private readonly List<string> _quietPaths = [];
    private string _quietToken = "";
    private string _config = "";
    private readonly List<string> _loudTokens = [];
    private long _runs;

    private Tenants(Uri address) => _client = new HttpClient { BaseAddress = address };

    /// <summary>Makes them.</summary>
    /// <param name="address">Of the service.</param>
    /// <param name="deployments">How many the loud one has.</param>
    /// <param name="tokens">How many tokens it has.</param>
    public static async Task<Tenants> MakeAsync(Uri address, int deployments, int tokens)
    {
        var tenants = new Tenants(address);
        tenants._quietToken = await tenants.TokenAsync(Quiet);
        for (var number = 0; number < tokens; number++)
        {
            tenants._loudTokens.Add(await tenants.TokenAsync(Loud));
        }

        tenants._quietPaths.AddRange(await tenants.CreateAsync(Quiet, tenants._quietToken, QuietDeployments));
        await File.WriteAllLinesAsync(tenants.PathsFile, await tenants.CreateAsync(Loud, tenants._loudTokens[0], deployments));
        return tenants;
    }

    private string PathsFile => Path.Combine(_folder, "paths.txt");

    /// <summary>The quiet one's updates.</summary>
    public Task<QuietTimes> QuietAsync(int seconds)
    {
        var run = Interlocked.Increment(ref _runs);
        return QuietTimes.MeasureAsync(
            async number =>
            {
                var body = Seed.BodyFormat.Replace("@RUN@", ((run * 1_000_000) + number).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                using var answer = await SendAsync(HttpMethod.Put, _quietPaths[number % _quietPaths.Count], _quietToken, body);
                return answer.IsSuccessStatusCode;
            },
            seconds);
    }

    /// <summary>The loud one at full speed; what it got in a second.</summary>
    public async Task<string> LoudAsync(string load, int tokens, int connections, int seconds)
    {
        var script = Path.Combine(_folder, "load.lua");
        await File.WriteAllTextAsync(script, Script(load, tokens, Interlocked.Increment(ref _runs)));
        using var process = Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "-s", script, _client.BaseAddress!.OriginalString])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("wrk did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var refused = Refused().Match(output) is { Success: true } match ? $", {match.Groups[1].Value} refused in {seconds} s" : "";
        return $"{double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture).ToString("0", CultureInfo.InvariantCulture)}{refused}";
    }

    /// <summary>Follows the loud one's stream so many times, and reads what comes, until the result is disposed of.</summary>
    public async Task<IDisposable> FollowAsync(int streams)
    {
        var end = new CancellationTokenSource();
        for (var number = 0; number < streams; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{Loud}/events");
            request.Headers.Add("X-Auth-Token", _loudTokens[number % _loudTokens.Count]);
            var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            answer.EnsureSuccessStatusCode();
            _ = Task.Run(async () =>
            {
                using (answer)
                {
                    await answer.Content.CopyToAsync(Stream.Null, end.Token);
                }
            });
        }

        return new Ending(end);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string> TokenAsync(string project)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/v1/{project}/tokens", RunningHost.Token, """{"name": "benchmark", "role": "member"}""");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"]!["secret"]!.GetValue<string>();
    }

    private async Task<IReadOnlyList<string>> CreateAsync(string project, string token, int count)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/v1/{project}/software_configs", token, """{"name": "benchmark", "group": "script", "config": "#!/bin/sh"}""");
        _config = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["software_config"]!["id"]!.GetValue<string>();
        var paths = new string[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            HttpResponseMessage created;
            while (!(created = await SendAsync(HttpMethod.Post, $"/v1/{project}/software_deployments", token, Deployment(number / 10))).IsSuccessStatusCode)
            {
                // The rate of a token is bounded.
                created.Dispose();
                await Task.Delay(100, CancellationToken.None);
            }

            using (created)
            {
                paths[number] = $"/v1/{project}/software_deployments/{JsonNode.Parse(await created.Content.ReadAsStringAsync(CancellationToken.None))!["software_deployment"]!["id"]!.GetValue<string>()}";
            }
        });
        return paths;
    }

    private string Deployment(int server) => $$$"""{"config_id": "{{{_config}}}", "server_id": "server-{{{server}}}", "action": "CREATE", "input_values": {"foo": "fooooo"}}""";

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Auth-Token", token);
        return await _client.SendAsync(request);
    }

    private string Script(string load, int tokens, long runs) => $$"""
        math.randomseed({{runs}})
        local paths = {}
        for line in io.lines("{{PathsFile}}") do paths[#paths + 1] = line end
        local tokens = { {{string.Join(", ", _loudTokens.Take(tokens).Select(token => $"\"{token}\""))}} }
        local heavy = { "software_deployments", "software_deployments?format=csv", "software_deployments/summary?group_by=reason", "software_deployments?q=server&sort_key=updated_time" }
        local body = [==[{{Seed.BodyFormat}}]==]
        local before, after = body:match("(.*)@RUN@(.*)")
        local run = {{runs * 100_000_000}}
        request = function()
          run = run + 1
          local headers = { ["X-Auth-Token"] = tokens[run % #tokens + 1], ["Content-Type"] = "application/json" }
          {{load switch
    {
        "update" => "return wrk.format('PUT', paths[math.random(#paths)], headers, before .. run .. after)",
        "create" => $"return wrk.format('POST', '/v1/{Loud}/software_deployments', headers, [==[{Deployment(0)}]==])",
        "page" => $"return wrk.format('GET', '/v1/{Loud}/software_deployments?limit=1000', headers)",
        _ => $"return wrk.format('GET', '/v1/{Loud}/' .. heavy[run % #heavy + 1], headers)",
    }}}
        end
        """;

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Refused();

    private sealed class Ending(CancellationTokenSource end) : IDisposable
    {
        public void Dispose()
        {
            end.Cancel();
            end.Dispose();
        }
    }
}
