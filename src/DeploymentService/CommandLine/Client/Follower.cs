using System.Globalization;
using System.Text.Json;

namespace DeploymentService.CommandLine.Client;

/// <summary>Waits for an end, over as many requests as it takes: each lasts 300 seconds at most, and one that is cut is asked again.</summary>
internal sealed class Follower(ServiceClient client, Screen screen)
{
    private const int LongestRequest = 300;

    // An address that never answered is a mistake sooner than a service that is away.
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Waits, and says how it ended.</summary>
    /// <param name="noun">What is counted.</param>
    /// <param name="path">The question that lasts for so many seconds.</param>
    /// <param name="timeout">How many seconds in all.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="CouldNotAskException">There was no answer, or a refusal.</exception>
    public async Task<int> FollowAsync(string noun, Func<int, string> path, int timeout, CancellationToken cancel)
    {
        var end = await screen.FollowAsync(noun, tell => EndAsync(path, TimeSpan.FromSeconds(timeout), line => tell(StatusCounts.Of(line)), cancel));
        var code = end.GetProperty("outcome").GetInt32() switch { 200 => ExitCode.Complete, 409 => ExitCode.Failed, _ => ExitCode.TimeOver };
        if (screen.IsJson)
        {
            screen.Json(end.GetRawText());
        }

        Report(end, noun, code);
        return code;
    }

    private async Task<JsonElement> EndAsync(Func<int, string> path, TimeSpan patience, Action<JsonElement> tell, CancellationToken cancel)
    {
        var time = screen.Around.Time;
        var begun = time.GetTimestamp();
        JsonElement? last = null;
        var (attempt, hasHeard, trouble) = (0, false, default(PassingTroubleException));
        while (true)
        {
            var left = patience - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero || (!hasHeard && time.GetElapsedTime(begun) >= FirstAnswer))
            {
                return hasHeard ? last ?? NothingHeard : throw new CouldNotAskException(trouble?.Message ?? "The service cut every connection before it answered");
            }

            int? outcome = null;
            trouble = null;
            try
            {
                await foreach (var line in client.LinesAsync(path((int)Math.Min(Math.Ceiling(left.TotalSeconds), LongestRequest)), cancel))
                {
                    (hasHeard, attempt) = (true, 0);
                    if (line.TryGetProperty("outcome", out var status))
                    {
                        (last, outcome) = (line, status.GetInt32());
                    }
                    else
                    {
                        tell(line);
                    }
                }
            }
            catch (PassingTroubleException passing)
            {
                trouble = passing;
            }

            switch (outcome)
            {
                case 200 or 409:
                    return last!.Value;
                case 400 or 401 or 403:
                    throw new CouldNotAskException(string.Create(CultureInfo.InvariantCulture, $"The service answers {outcome}: {last!.Value.GetProperty("message").GetString()}"));
                case 408:
                    continue;
                default:
                    var pause = outcome is null ? ServiceClient.PauseOf(attempt++, trouble?.RetryAfter) : Second;
                    left = patience - time.GetElapsedTime(begun);
                    await Task.Delay(pause < left ? pause : left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancel);
                    break;
            }
        }
    }

    private static JsonElement NothingHeard => JsonElement.Parse("""{"outcome":408,"message":"Time over, and the connection was cut before the service could say how it stands."}""");

    private void Report(JsonElement end, string noun, int code)
    {
        var message = end.GetProperty("message").GetString()!;
        List<string> summary = [$"### {Screen.Cell(message)}", ""];
        if (!screen.IsJson)
        {
            screen.Line(message);
        }

        var rows = Rows(end, "failures", "FAILED", "status_reason").Concat(code == ExitCode.TimeOver ? Rows(end, "left", "IN_PROGRESS", "waiting_for") : []).ToList();
        foreach (var (status, server, reason, deployment) in rows)
        {
            var line = $"{reason} (deployment {deployment})";
            screen.Annotate($"{status} on {server}", line);
            if (!screen.IsJson)
            {
                screen.Line($"{status} {server}: {line}");
            }
        }

        if (code != ExitCode.Complete && rows.Count == 0)
        {
            screen.Annotate("Time over", message);
        }

        summary.AddRange(["| status | " + noun + " |", "| --- | ---: |", .. StatusCounts.Of(end).All.Where(one => one.Count > 0).Select(one => $"| {one.Status} | {one.Count} |"), ""]);
        if (rows.Count > 0)
        {
            summary.AddRange(["| status | server | reason | deployment |", "| --- | --- | --- | --- |"]);
            summary.AddRange(rows.Select(row => $"| {row.Status} | {Screen.Cell(row.Server)} | {Screen.Cell(row.Reason)} | {Screen.Cell(row.Deployment)} |"));
            summary.Add("");
        }

        screen.Summarize(summary);
    }

    private static IEnumerable<(string Status, string Server, string Reason, string Deployment)> Rows(JsonElement end, string list, string status, string reason) =>
        end.TryGetProperty(list, out var rows)
            ? rows.EnumerateArray().Select(row => (
                status, row.GetProperty("server_id").GetString()!, row.GetProperty(reason).GetString() ?? "no reason is known", row.GetProperty("id").GetString()!))
            : [];
}
