using System.Collections.Concurrent;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Clients that do whatever can be done to the deployments of a project, at random and all at once.</summary>
internal sealed class RandomClients(Project project, int seed)
{
    private static readonly string[] Statuses = ["IN_PROGRESS", "COMPLETE", "FAILED"];
    private readonly ConcurrentDictionary<string, bool> _ids = new();
    private string[] _configs = [];
    private int _done;
    private volatile bool _ended;

    /// <summary>Makes deployments known that are there already.</summary>
    public void Know(IEnumerable<string> ids) => ids.ToList().ForEach(id => _ids[id] = true);

    /// <summary>How many requests were answered.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Runs the clients until so many requests were answered, or until <see cref="End"/>.</summary>
    public async Task RunAsync(int clients, int requests)
    {
        _configs = [await project.ConfigAsync("""{"name": "one", "group": "script", "config": "x"}"""), await project.ConfigAsync("""{"config": "x"}""")];
        var most = Done + requests;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + client);
            while (!_ended && Done < most)
            {
                await ActAsync(random);
                Interlocked.Increment(ref _done);
            }
        })));
    }

    /// <summary>Lets the clients finish what they do.</summary>
    public void End() => _ended = true;

    private async Task ActAsync(Random random)
    {
        // Deployments that are there, taken without order, so that clients meet.
        var id = _ids.Keys.Skip(random.Next(Math.Max(1, Math.Min(_ids.Count, 40)))).FirstOrDefault() ?? "none";
        var (method, path, body) = random.Next(10) switch
        {
            0 or 1 or 2 => ("POST", "", $$"""
                {"config_id": "{{Any(_configs)}}", "server_id": "server-{{random.Next(12)}}", "action": {{Any("\"CREATE\"", "null", "\"é\"")}}, "status": "{{Any(Statuses)}}"}
                """),
            3 or 4 => ("PUT", $"/{id}", $$"""{"status": "{{Any(Statuses)}}", "status_reason": "reason {{random.Next(5)}}", "output_values": {"a": {{random.Next(9)}} } }"""),
            5 => ("PUT", $"/{id}", $$"""{"config_id": "{{Any(_configs)}}", "action": "{{Any("UPDATE", "CREATE")}}"}"""),
            6 => ("PUT", $"/{id}", """{}"""),
            7 => ("POST", $"/{id}/signal", $$"""{"deploy_status_code": {{random.Next(2)}}, "deploy_stdout": "text"}"""),
            8 => ("POST", $"/{id}/run", "{}"),
            _ => ("DELETE", $"/{id}", null),
        };
        var answer = await project.SendAsync(method, "software_deployments" + path, body);
        Assert.True(answer.Status is 200 or 204 or 404, $"{method} {path}: {answer.Status} {answer.Text}");
        if (path.Length == 0)
        {
            _ids[answer.Json["software_deployment"]!["id"]!.GetValue<string>()] = true;
        }
        else if (method == "DELETE")
        {
            _ids.TryRemove(id, out _);
        }

        T Any<T>(params T[] of) => of[random.Next(of.Length)];
    }
}
