using DeploymentService.Checker.Comparison;
using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Load;
using DeploymentService.Checker.Report;
using DeploymentService.Checker.Service;

namespace DeploymentService.Checker;

/// <summary>A run: load, then calm, then the comparison.</summary>
public sealed class CheckRun(CheckerOptions options) : IDisposable
{
    // Every fourth client contests, the others roll out.
    private const int ClientsAContest = 4;
    private const int MostReads = 10;
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(3);

    private readonly RunFigures _figures = new(options.Timeline);
    private readonly Faults _faults = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Runs; true without a fault.</summary>
    /// <param name="stop">Ends the load early.</param>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        // What earlier runs left is not compared.
        var run = options.Name ?? $"check-{RunFigures.Now}";
        var projects = new List<CheckedProject>();
        for (var number = 1; number <= options.Projects; number++)
        {
            projects.Add(await CheckedProject.BeginAsync(new($"{run}-{number}"), ClientOf, _http, options));
        }

        await LoadAsync(projects, stop);
        await Console.Out.WriteLineAsync($"load ended after {_figures.Acknowledged} acknowledged writes; comparing");
        foreach (var project in projects)
        {
            await CompareAsync(project);
            project.Dispose();
        }

        foreach (var line in _figures.Describe().Append($"{_faults.Count} faults").Concat(_faults.Describe()))
        {
            await Console.Out.WriteLineAsync(line);
        }

        if (_figures.Acknowledged == 0)
        {
            await Console.Out.WriteLineAsync("nothing was acknowledged at all");
        }

        return _faults.Count == 0 && _figures.Acknowledged > 0;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        _figures.Dispose();
    }

    private ServiceClient ClientOf(string project) => new(options, _http, project, _figures, _faults);

    private async Task LoadAsync(List<CheckedProject> projects, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(options.Time);
        await Task.WhenAll(Enumerable.Range(0, options.Clients).Select(number => LoadAsync(number, projects[number % projects.Count].Ledger, end.Token)));
    }

    private async Task LoadAsync(int number, ProjectLedger ledger, CancellationToken end)
    {
        var service = ClientOf(ledger.Project);
        if (number % ClientsAContest == 0)
        {
            await new Contests(service, ledger, end).RunAsync();
            return;
        }

        while (!end.IsCancellationRequested)
        {
            await new Rollout(service, ledger, end).RunAsync();
        }
    }

    private async Task CompareAsync(CheckedProject project)
    {
        var service = ClientOf(project.Ledger.Project);
        // Deployments with a timeout of a second become overdue, which changes them.
        await Task.Delay(LongestDeadline);
        // What had no answer may be done still, and a deadline passes later: when anything happened while it was read, everything is read again.
        ProjectState state;
        long before;
        long last;
        var reads = 0;
        do
        {
            before = project.Last;
            state = await ProjectState.ReadAsync(service, [.. project.Ledger.Deployments.Select(deployment => deployment.Id)]);
            last = state.Events.Count == 0 ? 0 : state.Events[^1].Sequence;
            await project.ReachAsync(last, LongestCatchUp);
        }
        while ((last > before || project.Last > last) && ++reads < MostReads);

        var followers = await project.EndAsync();
        var histories = new HistoryCheck(project.Ledger, state.Events, _faults);
        histories.Run();
        var check = new StateCheck(project.Ledger, state, _faults);
        check.Run();
        foreach (var follower in followers)
        {
            check.Compare(follower);
        }

        if (options.IsGraceful && histories.DoneWithoutAnswer > 0)
        {
            _faults.Add("done, and not answered, though replicas were stopped with care", $"{histories.DoneWithoutAnswer} in {project.Ledger.Project}");
        }

        await Console.Out.WriteLineAsync(
            $"  {project.Ledger.Project}: {state.Events.Count} events of {project.Ledger.Deployments.Count} deployments, {histories.DoneWithoutAnswer} done without an answer, "
            + $"{followers.Count} streams over {followers.Sum(follower => follower.Connections)} connections");
    }
}
