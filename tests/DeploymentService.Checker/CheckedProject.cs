using System.Diagnostics;
using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Service;
using DeploymentService.Checker.Streams;

namespace DeploymentService.Checker;

/// <summary>A project of its own, with those who follow it.</summary>
public sealed class CheckedProject : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _end = new();
    private readonly List<StreamFollower> _followers;
    private readonly Task _following;

    private CheckedProject(ProjectLedger ledger, List<StreamFollower> followers)
    {
        Ledger = ledger;
        _followers = followers;
        _following = Task.WhenAll(followers.Select(follower => follower.RunAsync(_end.Token)));
    }

    /// <summary>What is known of it.</summary>
    public ProjectLedger Ledger { get; }

    /// <summary>Begins to follow it.</summary>
    public static async Task<CheckedProject> BeginAsync(ProjectLedger ledger, Func<string, ServiceClient> clientOf, HttpClient http, CheckerOptions options)
    {
        var service = clientOf(ledger.Project);
        var begin = await StreamFollower.NowAsync(service, http, options.Patience);
        return new(ledger, [.. Enumerable.Range(0, options.Streams).Select(_ => new StreamFollower(service, http, begin, service.Faults))]);
    }

    /// <summary>The last event that any of those who follow it has.</summary>
    public long Last => _followers.Max(follower => follower.Last);

    /// <summary>Waits until all streams have that event, or the patience is over.</summary>
    public async Task ReachAsync(long last, TimeSpan patience)
    {
        var begun = Stopwatch.GetTimestamp();
        while (_followers.Any(follower => follower.Last < last) && Stopwatch.GetElapsedTime(begun) < patience)
        {
            await Task.Delay(Look, CancellationToken.None);
        }
    }

    /// <summary>Ends the streams.</summary>
    public async Task<IReadOnlyList<StreamFollower>> EndAsync()
    {
        await _end.CancelAsync();
        await _following;
        return _followers;
    }

    /// <inheritdoc />
    public void Dispose() => _end.Dispose();
}
