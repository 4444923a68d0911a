using System.Text.Json;

namespace DeploymentService.CommandLine.Client;

/// <summary>Runs deployments again, and waits for their ends where that is wanted.</summary>
internal sealed class RunAgain(ServiceClient client, Screen screen)
{
    private const int LongestRequest = 20;

    /// <summary>Begins the next run of each.</summary>
    /// <exception cref="CouldNotAskException">One of them could not be begun; those before it are.</exception>
    public async Task<int> BeginAsync(IEnumerable<string> ids, CancellationToken cancel)
    {
        foreach (var id in ids)
        {
            var body = await client.AskAsync(HttpMethod.Post, $"software_deployments/{Uri.EscapeDataString(id)}/run", cancel);
            if (screen.IsJson)
            {
                screen.Json(body);
            }
            else
            {
                screen.Line($"deployment {id} runs again on {JsonElement.Parse(body).GetProperty("software_deployment").GetProperty("server_id").GetString()}");
            }
        }

        return ExitCode.Complete;
    }

    /// <summary>Waits until all have ended.</summary>
    public async Task<int> WaitAsync(IEnumerable<string> ids, TimeSpan patience, CancellationToken cancel)
    {
        var time = screen.Around.Time;
        var begun = time.GetTimestamp();
        var code = ExitCode.Complete;
        foreach (var id in ids)
        {
            JsonElement deployment;
            string status;
            do
            {
                var left = patience - time.GetElapsedTime(begun);
                var seconds = (int)Math.Clamp(Math.Ceiling(left.TotalSeconds), 0, LongestRequest);
                deployment = JsonElement.Parse(await client.AskAsync(HttpMethod.Get, $"software_deployments/{Uri.EscapeDataString(id)}?wait={seconds}", left, cancel)).GetProperty("software_deployment");
                status = deployment.GetProperty("status").GetString()!;
            }
            while (status == "IN_PROGRESS" && time.GetElapsedTime(begun) < patience);

            var reason = deployment.GetProperty("status_reason").GetString();
            (screen.IsJson ? (Action<string>)screen.Note : screen.Line)($"{status} {deployment.GetProperty("server_id").GetString()}: {reason} (deployment {id})");
            if (status != "COMPLETE")
            {
                screen.Annotate($"{status} on {deployment.GetProperty("server_id").GetString()}", $"{reason} (deployment {id})");
                code = status == "FAILED" ? ExitCode.Failed : code == ExitCode.Failed ? code : ExitCode.TimeOver;
            }
        }

        return code;
    }
}
