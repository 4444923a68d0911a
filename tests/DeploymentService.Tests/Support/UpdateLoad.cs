using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Tests.Support;

/// <summary>
/// Clients that update deployments as quickly as they are answered, and remember what was acknowledged. A deployment belongs to one
/// client, which numbers its updates: what is stored afterwards is the last acknowledged number or a later one, and the history has all that were acknowledged.
/// </summary>
public sealed class UpdateLoad
{
    private const int Clients = 16;
    private static readonly string[] Words = ["IN_PROGRESS", "COMPLETE", "FAILED"];
    private readonly List<Row> _rows = [];
    private int _acknowledged;

    /// <summary>Makes the deployments.</summary>
    public static async Task<UpdateLoad> CreateAsync(HttpClient client, int deployments = 20)
    {
        var load = new UpdateLoad();
        var config = await PostAsync(client, "software_config", """{"name": "a-config", "group": "script"}""");
        for (var i = 0; i < deployments; i++)
        {
            load._rows.Add(new Row(await PostAsync(client, "software_deployment", $$"""{"config_id": "{{config}}", "server_id": "server-{{i}}"}""")));
        }

        return load;
    }

    /// <summary>Statuses that were neither 200 nor 503.</summary>
    public List<HttpStatusCode> Surprises { get; } = [];

    /// <summary>Updates until the service is gone.</summary>
    /// <param name="client">For the service.</param>
    /// <param name="enough">How many acknowledged updates are enough.</param>
    /// <param name="end">Ends the service, called once, in the middle of the load.</param>
    public async Task RunAsync(HttpClient client, int enough, Func<Task> end)
    {
        var mark = Volatile.Read(ref _acknowledged) + enough;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, Clients)
            .Select(number => Task.Run(() => UpdateAsync(client, [.. _rows.Where((_, place) => place % Clients == number)], mark, reached)))
            .ToList();
        // A service that is gone before its end was asked for is a failure too.
        Assert.Same(reached.Task, await Task.WhenAny(reached.Task, Task.WhenAll(clients)));
        await end();
        await Task.WhenAll(clients);
    }

    /// <summary>The ids of the deployments.</summary>
    public IReadOnlyList<string> Deployments => [.. _rows.Select(row => row.Id)];

    /// <summary>Compares what the service shows with what it acknowledged.</summary>
    public async Task AssertAllIsThereAsync(HttpClient client)
    {
        foreach (var row in _rows)
        {
            var shown = (await client.GetFromJsonAsync<JsonNode>($"/v1/load/software_deployments/{row.Id}"))!["software_deployment"]!;
            if (row.Acknowledged > 0)
            {
                var number = int.Parse(shown["status_reason"]!.GetValue<string>(), CultureInfo.InvariantCulture);
                Assert.InRange(number, row.Acknowledged, row.Sent);
                Assert.Equal(number, shown["output_values"]!["number"]!.GetValue<int>());
            }

            var history = (await client.GetFromJsonAsync<JsonNode>($"/v1/load/software_deployments/{row.Id}/events?limit=1000000"))!["events"]!.AsArray();
            AssertAgree(row, shown, [.. history.Select(evt => evt!)]);
        }
    }

    /// <summary>Lets SQLite look at every page and every index of a file.</summary>
    public static void AssertSound(string databaseFile)
    {
        using var connection = new SqliteConnection($"Data Source={databaseFile};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
        command.CommandText = "PRAGMA foreign_key_check";
        Assert.Null(command.ExecuteScalar());
    }

    /// <summary>Every acknowledged update has its event, each follows on the one before, and the last one says what the row says.</summary>
    private static void AssertAgree(Row row, JsonNode shown, List<JsonNode> history)
    {
        var updates = history.Where(evt => $"{evt["event"]}" == "update").ToList();
        var numbers = updates.Select(evt => int.Parse($"{evt["reason"]}", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        var requests = updates.ToDictionary(evt => $"{evt["reason"]}", evt => $"{evt["request_id"]}");
        Assert.All(row.Requests, request => Assert.Equal(request.Id, requests.GetValueOrDefault($"{request.Number}")));
        Assert.Equal(history.SkipLast(1).Select(evt => $"{evt["status_to"]}"), history.Skip(1).Select(evt => $"{evt["status_from"]}"));
        Assert.Equal($"{shown["status"]} {shown["status_reason"]}", $"{history[^1]["status_to"]} {history[^1]["reason"]}");
    }

    private static async Task<string> PostAsync(HttpClient client, string kind, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"/v1/load/{kind}s", UriKind.Relative), content);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())![kind]!["id"]!.GetValue<string>();
    }

    private async Task UpdateAsync(HttpClient client, List<Row> rows, int mark, TaskCompletionSource reached)
    {
        while (true)
        {
            foreach (var row in rows)
            {
                row.Sent++;
                var body = $$$"""{"status": "{{{Words[row.Sent % Words.Length]}}}", "status_reason": "{{{row.Sent}}}", "output_values": {"number": {{{row.Sent}}}, "text": "{{{new string('x', 500)}}}"}}""";
                try
                {
                    using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
                    using var answer = await client.PutAsync(new Uri($"/v1/load/software_deployments/{row.Id}", UriKind.Relative), content);
                    if (answer.StatusCode == HttpStatusCode.OK)
                    {
                        row.Acknowledged = row.Sent;
                        row.Requests.Add((row.Sent, string.Concat(answer.Headers.GetValues("X-OpenStack-Request-Id"))));
                        if (Interlocked.Increment(ref _acknowledged) == mark)
                        {
                            reached.SetResult();
                        }
                    }
                    else if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    {
                        lock (Surprises)
                        {
                            Surprises.Add(answer.StatusCode);
                        }
                    }
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }
    }

    private sealed class Row(string id)
    {
        public string Id { get; } = id;

        public int Sent { get; set; }

        public int Acknowledged { get; set; }

        /// <summary>The acknowledged numbers, and the ids of their requests.</summary>
        public List<(int Number, string Id)> Requests { get; } = [];
    }
}
