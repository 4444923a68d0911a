using System.Globalization;
using System.Text.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Benchmarks.Seeding;

/// <summary>One deployment of a made-up fleet, and what happened to it. The same number gives the same deployment.</summary>
public sealed class SeededDeployment
{
    private const string Agent = "agent";
    private static readonly string[] Troubles =
    [
        "deploy_status_code : Deployment exited with non-zero status code: 1",
        "deploy_status_code : Deployment exited with non-zero status code: 100",
        "deploy_status_code : Deployment exited with non-zero status code: 127",
        "error : No space left on device",
        "error : Could not resolve host: packages",
    ];

    // From its creation to its report: the fetch, and what it took behind that.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30 + 300);

    private readonly List<Step> _steps = [];
    private int? _outputs;

    /// <summary>Makes one.</summary>
    /// <param name="number">Its place in the order of creation.</param>
    /// <param name="server">Its server.</param>
    /// <param name="created">When it was created, UTC.</param>
    /// <param name="now">The present, UTC.</param>
    /// <param name="lastHeard">When its server went silent, UTC; null when it did not.</param>
    /// <param name="random">Decides what became of it.</param>
    public SeededDeployment(long number, string server, DateTime created, DateTime now, DateTime? lastHeard, Random random)
    {
        Number = number;
        Server = server;
        Created = created;
        var bytes = new byte[16];
        random.NextBytes(bytes);
        Id = new Guid(bytes).ToString();
        _steps.Add(new(created, EventKind.Created, null, Status, Reason, "rollout", "member"));

        // A rollout on the way is of the last hours, failures are a little more frequent yesterday, and everything else ended well.
        var age = now - created;
        var luck = random.NextDouble();
        if (created + LongestRun > lastHeard)
        {
            // Nobody was there any more to fetch it.
        }
        else if (age < TimeSpan.FromMinutes(10) || (age < TimeSpan.FromHours(40) && luck < 0.6))
        {
            Linger(now, random);
        }
        else if (luck > (age < TimeSpan.FromDays(2) ? 0.95 : 0.97))
        {
            Report(DeploymentStatus.Failed, TroubleOf(random), random);
        }
        else
        {
            Report(DeploymentStatus.Complete, DeploymentStatus.OutputsReceived, random);
        }
    }

    /// <summary>A step of its history.</summary>
    public sealed record Step(DateTime Time, string Kind, string? From, string? To, string? Reason, string? ActorName, string ActorRole);

    /// <summary>Its place in the order of creation.</summary>
    public long Number { get; }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its server.</summary>
    public string Server { get; }

    /// <summary>When it was created, UTC.</summary>
    public DateTime Created { get; }

    /// <summary>When it was last updated, UTC.</summary>
    public DateTime? Updated { get; private set; }

    /// <summary>When its agent fetched it, UTC.</summary>
    public DateTime? Fetched { get; private set; }

    /// <summary>Its status.</summary>
    public string Status { get; private set; } = DeploymentStatus.InProgress;

    /// <summary>Why.</summary>
    public string? Reason { get; private set; } = DeploymentStatus.DataAvailable;

    /// <summary>What it reported, as JSON. Made when it is asked for: the outputs of a million are not kept in memory.</summary>
    public string? Outputs => _outputs is { } seed ? OutputsOf(Status, new Random(seed)) : null;

    /// <summary>Its timeout in seconds.</summary>
    public long? Timeout { get; private set; }

    /// <summary>When its patience ends, UTC.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Whether its deadline has passed.</summary>
    public Lateness Lateness { get; private set; }

    /// <summary>Counts its states.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>What happened to it, in order.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>An update some time later that leaves its status, as the load of the benchmarks makes them.</summary>
    public void UpdateAgain(DateTime now, Random random)
    {
        var last = Updated ?? Created;
        var time = last + (random.NextDouble() * (now - last));
        _steps.Add(new(time, EventKind.Update, Status, Status, Reason, "rollout", "member"));
        (Updated, Revision) = (time, Revision + 1);
    }

    private void Report(string status, string reason, Random random)
    {
        Fetch(Created.AddSeconds(random.Next(1, 30)));
        var time = Fetched!.Value.AddSeconds(random.Next(1, 300));
        _steps.Add(new(time, EventKind.Signal, Status, status, reason, null, Agent));
        (Status, Reason, Updated, Revision) = (status, reason, time, 2);
        _outputs = random.Next();
    }

    /// <summary>In progress: never fetched, fetched, refused or overdue.</summary>
    private void Linger(DateTime now, Random random)
    {
        var kind = random.Next(4);
        if (kind > 0)
        {
            Fetch(Min(Created.AddSeconds(random.Next(1, 30)), now));
        }

        if (kind == 2)
        {
            _steps.Add(new(Min(Fetched!.Value.AddSeconds(60), now), EventKind.Refused, Status, Status, "The body is not valid JSON", null, Agent));
        }

        // A span that does not end while somebody looks at the fleet.
        if (kind == 3)
        {
            (Timeout, Lateness, Revision) = (60, Lateness.Overdue, 2);
            Deadline = now.AddDays(30);
            _steps.Add(new(
                Min(Fetched!.Value.AddSeconds(60), now), EventKind.Overdue, Status, Status, "No report within 60 seconds: the deployment is overdue.", null, "service"));
        }
    }

    private void Fetch(DateTime time)
    {
        Fetched = time;
        _steps.Add(new(time, EventKind.Fetched, Status, Status, Reason, null, Agent));
    }

    /// <summary>Half of them are the same again and again, and half are those of one server and one run.</summary>
    private static string TroubleOf(Random random) => random.Next(10) switch
    {
        < 5 => Troubles[random.Next(Troubles.Length)],
        < 8 => string.Create(CultureInfo.InvariantCulture, $"step {random.Next(40)} of 40: timed out after {random.Next(3000)} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"E: cannot write '/var/lib/app/{random.Next():x8}/state.db': No space left on device (pid {random.Next(30_000)})"),
    };

    private static DateTime Min(DateTime one, DateTime other) => one < other ? one : other;

    /// <summary>Some hundred bytes of output mostly, a hundred kilobytes seldom.</summary>
    private static string OutputsOf(string status, Random random)
    {
        var lines = random.Next(2000) == 0 ? 2500 : random.Next(3, 40);
        var output = string.Concat(Enumerable.Range(1, lines).Select(line => string.Create(CultureInfo.InvariantCulture, $"+ step {line} of {lines} took {random.Next(900)} ms\n")));
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["deploy_stdout"] = output,
            ["deploy_stderr"] = status == DeploymentStatus.Failed ? "E: the last step failed\n" : "",
            ["deploy_status_code"] = status == DeploymentStatus.Failed ? 1 : 0,
        });
    }
}
