using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DeploymentService.Checker.Report;

namespace DeploymentService.Checker.Service;

/// <summary>
/// Sends the requests of one client in one project, and judges the answers' statuses. 503 with <c>Retry-After</c>, a refused or a broken connection mean that it is
/// not known what became of the request.
/// </summary>
public sealed class ServiceClient(CheckerOptions options, HttpClient http, string project, RunFigures figures, Faults faults)
{
    private long _failingSince;

    /// <summary>Where faults are noted.</summary>
    public Faults Faults => faults;

    /// <summary>Pauses before the next step.</summary>
    public Task PauseAsync() => options.Pause > TimeSpan.Zero ? Task.Delay(options.Pause, CancellationToken.None) : Task.CompletedTask;

    /// <summary>Sends a request once.</summary>
    public async Task<Answer> SendAsync(ServiceRequest request)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await TryAsync(request);
        NoteOutage(begun, answer);
        if (answer.IsUnknown)
        {
            return answer;
        }

        if (answer.IsSuccess)
        {
            var taken = Stopwatch.GetElapsedTime(begun);
            if (request.IsWrite)
            {
                figures.AddAcknowledged(taken);
            }
            else
            {
                figures.AddRead(request.IsHeld ? null : taken);
            }
        }
        else if (request.MayBe.Contains(answer.Status))
        {
            figures.AddRefused();
        }
        else
        {
            faults.Add($"answer {answer.Status}", $"{request}: {answer.Body} {answer.RequestId}");
        }

        return answer;
    }

    /// <summary>The message of a request, to one of the addresses.</summary>
    public HttpRequestMessage MessageOf(HttpMethod method, string path)
    {
        var address = options.Addresses[Random.Shared.Next(options.Addresses.Count)];
        var message = new HttpRequestMessage(method, new Uri(address, $"/v1/{project}/{path}"));
        message.Headers.Add("X-Auth-Token", options.Token);
        return message;
    }

    private async Task<Answer> TryAsync(ServiceRequest request)
    {
        using var message = MessageOf(request.Method, request.Path);
        message.Content = request.Body is null ? null : new StringContent(request.Body, Encoding.UTF8, "application/json");
        AddTag(message, "If-Match", request.IfMatch);
        AddTag(message, "If-None-Match", request.IfNoneMatch);
        if (request.Key is not null)
        {
            message.Headers.Add("Idempotency-Key", request.Key);
        }

        using var patience = new CancellationTokenSource(options.Patience);
        try
        {
            using var response = await http.SendAsync(message, patience.Token);
            var answer = await Answer.ReadAsync(response, patience.Token);
            if (answer.Status is not (503 or 429))
            {
                return answer;
            }

            figures.AddUnavailable();
            if (response.Headers.RetryAfter is null)
            {
                faults.Add($"answer {answer.Status} without Retry-After", request.ToString());
            }
        }
        catch (OperationCanceledException)
        {
            faults.Add("no answer at all", $"{request} in {options.Patience.TotalSeconds:0} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            figures.AddBroken($"{request.Method}: {broken.GetBaseException().Message}");
            if (options.IsUnbroken)
            {
                faults.Add("a connection broke", $"{request}: {broken.GetBaseException().Message}");
            }
        }
        catch (JsonException)
        {
            faults.Add("answer that is no JSON", request.ToString());
        }

        return Answer.Unknown;
    }

    private static void AddTag(HttpRequestMessage message, string header, long? revision)
    {
        if (revision is not null)
        {
            message.Headers.TryAddWithoutValidation(header, string.Create(CultureInfo.InvariantCulture, $"\"{revision}\""));
        }
    }

    private void NoteOutage(long begun, Answer answer)
    {
        if (answer.IsUnknown)
        {
            Interlocked.CompareExchange(ref _failingSince, begun, 0);
        }
        else if (Interlocked.Exchange(ref _failingSince, 0) is var since and not 0)
        {
            figures.AddOutage(Stopwatch.GetElapsedTime(since));
        }
    }
}
