using System.Globalization;
using System.Text.Json;
using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Service;

namespace DeploymentService.Checker.Load;

/// <summary>What every client does: sends a write, again and again as an agent does until it is known what became of it, and notes what was acknowledged.</summary>
/// <param name="service">Where it sends its requests.</param>
/// <param name="ledger">Where it notes what was acknowledged.</param>
/// <param name="end">When the load ends: what is not known by then is not asked again.</param>
public abstract class Client(ServiceClient service, ProjectLedger ledger, CancellationToken end)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>Where requests are sent.</summary>
    protected ServiceClient Service => service;

    /// <summary>What is known.</summary>
    protected ProjectLedger Ledger => ledger;

    /// <summary>True when the load ends.</summary>
    protected bool IsOver => end.IsCancellationRequested;

    /// <summary>True once a write of this client had no answer: it may still be done, at any time.</summary>
    protected bool IsUncertain { get; set; }

    /// <summary>Creates a config; null when it is not known whether there is one.</summary>
    protected async Task<TrackedConfig?> CreateConfigAsync()
    {
        var config = ledger.Add(new TrackedConfig(ledger.NewMark("config"), isKeyed: Chance(0.7)));
        var request = new ServiceRequest(HttpMethod.Post, "software_configs")
        {
            Body = Json(("name", config.Name), ("group", Chance(0.8) ? "script" : null), ("config", "#!/bin/sh\necho hello\n")),
            Key = config.IsKeyed ? config.Name : null,
        };
        var answer = await (config.IsKeyed ? AgainAsync(() => service.SendAsync(request)) : service.SendAsync(request));
        config.Id = answer.IsSuccess ? answer.Body.GetProperty("software_config").GetProperty("id").GetString() : null;
        return config.Id is null ? null : config;
    }

    /// <summary>Creates a deployment; null when it is not known whether there is one.</summary>
    protected async Task<TrackedDeployment?> CreateAsync(string configId, string serverId, int? timeout = null)
    {
        var write = ledger.Marked(WriteKind.Create);
        var isKeyed = Chance(0.7);
        var request = CreationOf(write, configId, serverId, isKeyed, timeout);
        var answer = await (isKeyed ? AgainAsync(() => SendAsync(write, request)) : SendAsync(write, request));
        if (!answer.IsSuccess)
        {
            return null;
        }

        var deployment = ledger.Add(Created(answer, serverId, timeout));
        Acknowledge(deployment, deployment.Add(write), answer);
        if (isKeyed && Chance(0.2) && await SendAsync(write, request) is { IsSuccess: true } again && again.Deployment.GetProperty("id").GetString() != deployment.Id)
        {
            service.Faults.Add("done twice: one key created two deployments", $"{request}: {deployment.Id} and {again.Deployment.GetProperty("id")}");
        }

        return deployment;
    }

    /// <summary>The request that creates a deployment.</summary>
    protected static ServiceRequest CreationOf(Write write, string configId, string serverId, bool isKeyed, int? timeout = null) => new(HttpMethod.Post, "software_deployments")
    {
        Body = Json(("config_id", configId), ("server_id", serverId), ("action", "CREATE"), ("status", "IN_PROGRESS"), ("status_reason", write.Mark), ("timeout", timeout)),
        Key = isKeyed ? write.Mark : null,
    };

    /// <summary>The deployment that an answer says was created.</summary>
    protected static TrackedDeployment Created(Answer answer, string serverId, int? timeout = null) => new(answer.Deployment.GetProperty("id").GetString()!, serverId)
    {
        Deadline = timeout is null ? null : Report.RunFigures.Now + (timeout * 1000),
    };

    /// <summary>Changes a deployment, once.</summary>
    protected async Task<Answer> UpdateAsync(TrackedDeployment deployment, string status, long? condition = null)
    {
        var write = deployment.Add(ledger.Marked(WriteKind.Update, condition));
        var request = new ServiceRequest(HttpMethod.Put, $"software_deployments/{deployment.Id}")
        {
            Body = Json(("status", status), ("status_reason", write.Mark), ("output_values", new { deploy_stdout = write.Mark, deploy_status_code = 0 })),
            IfMatch = condition,
            MayBe = condition is null ? [] : [412],
        };
        var answer = await SendAsync(write, request);
        Acknowledge(deployment, write, answer);
        return answer;
    }

    /// <summary>Runs a deployment again.</summary>
    protected Task<Answer> RunAsync(TrackedDeployment deployment)
    {
        var key = Chance(0.5) ? ledger.NewMark("key") : null;
        var request = new ServiceRequest(HttpMethod.Post, $"software_deployments/{deployment.Id}/run") { Key = key };
        var write = key is null ? null : deployment.Add(new(WriteKind.Run, mark: null));
        return AgainAsync(async () =>
        {
            var current = write ?? deployment.Add(new(WriteKind.Run, mark: null));
            var answer = await SendAsync(current, request);
            Acknowledge(deployment, current, answer);
            return answer;
        });
    }

    /// <summary>Deletes a deployment.</summary>
    protected Task<Answer> DeleteAsync(TrackedDeployment deployment)
    {
        var isFirst = true;
        return AgainAsync(async () =>
        {
            var write = deployment.Add(new(WriteKind.Delete, mark: null));
            // The first try may have been done, and its answer lost.
            var answer = await SendAsync(write, new(HttpMethod.Delete, $"software_deployments/{deployment.Id}") { MayBe = isFirst ? [] : [404] });
            isFirst = false;
            Acknowledge(deployment, write, answer);
            return answer;
        });
    }

    /// <summary>Sends a write once.</summary>
    protected async Task<Answer> SendAsync(Write write, ServiceRequest request)
    {
        write.Sent++;
        var answer = await service.SendAsync(request);
        IsUncertain |= answer.IsUnknown;
        write.IsRefused = !answer.IsUnknown && !answer.IsSuccess;
        return answer;
    }

    /// <summary>Notes what an answer acknowledges.</summary>
    protected void Acknowledge(TrackedDeployment deployment, Write write, Answer answer)
    {
        if (!answer.IsSuccess)
        {
            return;
        }

        if (deployment.Acknowledge(write, answer.RequestId, answer.Revision) is { } other)
        {
            service.Faults.Add("two writes with one ETag", $"\"{answer.Revision}\" of {deployment.Id}: '{other.Mark}' and '{write.Mark}'");
        }

        if (write.Condition is { } condition && answer.Revision != condition + 1)
        {
            service.Faults.Add("If-Match did not hold", $"{deployment.Id} was to be changed at {condition}, and is at {answer.Revision}");
        }
    }

    /// <summary>Asks again until there is an answer, or the load ends.</summary>
    protected async Task<Answer> AgainAsync(Func<Task<Answer>> send)
    {
        while (true)
        {
            var answer = await send();
            if (!answer.IsUnknown || IsOver)
            {
                return answer;
            }

            await Task.Delay(LongestPause * (0.25 + (0.75 * Random.Shared.NextDouble())), CancellationToken.None);
        }
    }

    /// <summary>True as often as that.</summary>
    protected static bool Chance(double share) => Random.Shared.NextDouble() < share;

    /// <summary>One of some.</summary>
    protected static T Any<T>(IReadOnlyList<T> some) => some[Random.Shared.Next(some.Count)];

    /// <summary>A body, without what is null.</summary>
    private static string Json(params (string Name, object? Value)[] members) =>
        JsonSerializer.Serialize(members.Where(member => member.Value is not null).ToDictionary(member => member.Name, member => member.Value));

    /// <summary>A number in a path.</summary>
    protected static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
