using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Service;

namespace DeploymentService.Checker.Load;

/// <summary>
/// A config that comes to a server that no other client knows: deployments are made, change at random, are looked at in all ways, end, and some are deleted.
/// </summary>
public sealed class Rollout : Client
{
    private const int Seconds = 10;

    // In milliseconds.
    private const long LatestAnswer = 1000;
    private static readonly string[] Statuses = ["IN_PROGRESS", "COMPLETE", "FAILED"];

    private readonly Dictionary<TrackedDeployment, string> _statuses = [];
    private readonly string _server;
    private readonly ServerReads _reads;

    /// <summary>A rollout to a new server.</summary>
    public Rollout(ServiceClient service, ProjectLedger ledger, CancellationToken end)
        : base(service, ledger, end)
    {
        _server = ledger.NewMark("server");
        _reads = new(service, ledger, _server);
    }

    /// <summary>Makes it.</summary>
    public async Task RunAsync()
    {
        await Service.PauseAsync();
        if (await CreateConfigAsync() is not { } config)
        {
            return;
        }

        await MakeAsync(config);
        for (var steps = Random.Shared.Next(10, 40); steps > 0 && _statuses.Count > 0 && !IsOver; steps--)
        {
            await Service.PauseAsync();
            await StepAsync(Any([.. _statuses.Keys]));
        }

        if (!IsOver)
        {
            await EndAsync();
            await DeleteConfigAsync(config);
        }
    }

    private async Task MakeAsync(TrackedConfig config)
    {
        for (var count = Random.Shared.Next(1, 4); count > 0; count--)
        {
            if (await CreateAsync(config.Id!, _server) is { } deployment)
            {
                _statuses[deployment] = "IN_PROGRESS";
            }
        }

        if (Chance(0.2))
        {
            // Nobody reports for it.
            await CreateAsync(config.Id!, Ledger.NewMark("late server"), timeout: 1);
        }
    }

    private Task StepAsync(TrackedDeployment deployment) => Random.Shared.Next(20) switch
    {
        < 7 => ReportAsync(deployment, Any(Statuses)),
        < 9 => ChangeKnownAsync(deployment),
        < 10 => RunAgainAsync(deployment),
        < 11 => WaitForChangeAsync(deployment),
        < 14 => _reads.ShowAsync(deployment),
        < 16 => _reads.ListAsync([.. _statuses.Keys], isOfFleet: false),
        < 18 => _reads.ListAsync([.. _statuses.Keys], isOfFleet: true),
        _ => IsUncertain ? Task.CompletedTask : _reads.CountAsync(_statuses.Values),
    };

    /// <summary>Reports, as a stock agent does: again until it is heard.</summary>
    private async Task ReportAsync(TrackedDeployment deployment, string status)
    {
        await AgainAsync(() => UpdateAsync(deployment, status));
        _statuses[deployment] = status;
    }

    /// <summary>Changes the revision that is known, which is the present one unless an answer was lost.</summary>
    private async Task ChangeKnownAsync(TrackedDeployment deployment)
    {
        var answer = await UpdateAsync(deployment, "IN_PROGRESS", condition: deployment.Floor);
        if (answer.IsSuccess)
        {
            _statuses[deployment] = "IN_PROGRESS";
        }
        else if (answer.Status == 412 && !IsUncertain)
        {
            Service.Faults.Add("If-Match of the present state was refused", $"{deployment.Id} at {deployment.Floor}");
        }
    }

    private async Task RunAgainAsync(TrackedDeployment deployment)
    {
        await RunAsync(deployment);
        _statuses[deployment] = "IN_PROGRESS";
    }

    /// <summary>Waits for a change, and makes it.</summary>
    private async Task WaitForChangeAsync(TrackedDeployment deployment)
    {
        var known = deployment.Floor;
        var waiting = TimedAsync(Service.SendAsync(new(HttpMethod.Get, $"software_deployments/{deployment.Id}?wait={Text(Seconds)}") { IfNoneMatch = known, MayBe = [304], IsHeld = true }));
        var begun = Report.RunFigures.Now;
        await ReportAsync(deployment, "COMPLETE");
        var changed = Report.RunFigures.Now;
        var (answer, answered) = await waiting;
        // A replica that stops ends its waits, which may be in the moment of the change.
        if (answer.Status == 304 && deployment.Floor > known && changed - begun < Seconds * 500 && answered - changed > LatestAnswer)
        {
            Service.Faults.Add("stale: wait for a change", $"{deployment.Id} was {known}, changed to {deployment.Floor} after {changed - begun} ms, and who waited was told that nothing happened");
        }
    }

    private static async Task<(Answer Answer, long Time)> TimedAsync(Task<Answer> waiting)
    {
        var answer = await waiting;
        return (answer, Report.RunFigures.Now);
    }

    private async Task EndAsync()
    {
        foreach (var deployment in _statuses.Keys.ToList())
        {
            await ReportAsync(deployment, Chance(0.9) ? "COMPLETE" : "FAILED");
        }

        if (!IsUncertain && _statuses.Count > 0)
        {
            await _reads.WaitAsync(_statuses.Values);
        }

        var all = _statuses.Keys.ToList();
        foreach (var deployment in all.Where(_ => Chance(0.4)))
        {
            await DeleteAsync(deployment);
            _statuses.Remove(deployment);
            await _reads.ShowAsync(deployment);
        }

        await _reads.ListAsync(all, isOfFleet: Chance(0.5));
        if (!IsUncertain)
        {
            await _reads.CountAsync(_statuses.Values);
        }
    }

    /// <summary>Which is refused while a deployment has it.</summary>
    private async Task DeleteConfigAsync(TrackedConfig config)
    {
        config.IsDoomed = true;
        var answer = await AgainAsync(() => Service.SendAsync(new(HttpMethod.Delete, $"software_configs/{config.Id}") { MayBe = [404, 409] }));
        config.IsGone = answer.IsSuccess || answer.Status == 404;
        if (answer.IsSuccess && !IsUncertain && _statuses.Count > 0)
        {
            Service.Faults.Add("a config that is in use was deleted", config.Id!);
        }

        if (config.IsGone)
        {
            await Service.SendAsync(new(HttpMethod.Get, $"software_configs/{config.Id}") { MayBe = [404] });
        }
    }
}
