using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Service;

namespace DeploymentService.Checker.Load;

/// <summary>Several want the same at once: to change one revision of one deployment, or to create with one key.</summary>
public sealed class Contests(ServiceClient service, ProjectLedger ledger, CancellationToken end) : Client(service, ledger, end)
{
    private const int Contestants = 8;

    /// <summary>Contests until the load ends.</summary>
    public async Task RunAsync()
    {
        var config = await CreateConfigAsync();
        while (config is null && !IsOver)
        {
            config = await CreateConfigAsync();
        }

        TrackedDeployment? deployment = null;
        while (!IsOver)
        {
            await Service.PauseAsync();
            deployment ??= await CreateAsync(config!.Id!, Ledger.NewMark("contested server"));
            if (deployment is not null && Chance(0.8))
            {
                await ChangeAtOnceAsync(deployment);
            }
            else
            {
                deployment = await CreateAtOnceAsync(config!.Id!) ?? deployment;
            }
        }
    }

    /// <summary>One of them wins; nobody else changes the deployment.</summary>
    private async Task ChangeAtOnceAsync(TrackedDeployment deployment)
    {
        var shown = await AgainAsync(() => Service.SendAsync(new(HttpMethod.Get, $"software_deployments/{deployment.Id}")));
        if (shown.Revision is not { } revision)
        {
            return;
        }

        if (revision < deployment.Floor)
        {
            Service.Faults.Add("stale: show", $"revision {revision} of {deployment.Id}, and {deployment.Floor} was acknowledged");
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, Contestants).Select(_ => UpdateAsync(deployment, "IN_PROGRESS", condition: revision)));
        var winners = answers.Count(answer => answer.IsSuccess);
        // Without a lost answer, now or before, it is exactly one.
        if (winners > 1 || (winners == 0 && !IsUncertain))
        {
            Service.Faults.Add($"If-Match had {winners} winners", $"\"{revision}\" of {deployment.Id}");
        }
    }

    /// <summary>All get the same deployment.</summary>
    private async Task<TrackedDeployment?> CreateAtOnceAsync(string configId)
    {
        var server = Ledger.NewMark("contested server");
        var write = Ledger.Marked(WriteKind.Create);
        write.Sent = Contestants;
        var request = CreationOf(write, configId, server, isKeyed: true);
        var answers = await Task.WhenAll(Enumerable.Range(0, Contestants).Select(_ => AgainAsync(() => Service.SendAsync(request))));
        var made = answers.Where(answer => answer.IsSuccess).ToList();
        if (made.Count == 0)
        {
            return null;
        }

        var ids = made.Select(answer => answer.Deployment.GetProperty("id").GetString()).Distinct().ToList();
        if (ids.Count > 1)
        {
            Service.Faults.Add("done twice: one key created several deployments", $"{request}: {string.Join(", ", ids)}");
        }

        var deployment = Ledger.Add(Created(made[0], server));
        deployment.Acknowledge(deployment.Add(write), made[0].RequestId, made[0].Revision);
        // Nobody has tried to change this one.
        IsUncertain = false;
        return deployment;
    }
}
