using System.Globalization;

namespace DeploymentService.Checker;

/// <summary>What is to be checked, and how hard.</summary>
public sealed record CheckerOptions
{
    /// <summary>How to call it.</summary>
    public const string Usage = """
        DeploymentService.Checker --token TOKEN [--address http://127.0.0.1:8004 ...] [--seconds 60] [--clients 16] [--projects 2] [--streams 3]
            [--patience 30] [--pause 0] [--name check-NOW] [--graceful] [--unbroken] [--timeline FILE]
        TOKEN is an admin's. With several addresses each request goes to one of them by chance. --patience: after how many seconds without an answer a request is a fault.
        --pause: how many milliseconds a client pauses before each step. --name: of the projects, which nobody has used yet; a number is put behind it.
        --graceful: what was executed must have been answered. --unbroken: no
        connection may break. --timeline: a file for the times of acknowledged writes.
        """;

    /// <summary>The service, its replicas, or their balancer.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [new("http://127.0.0.1:8004")];

    /// <summary>The secret of an admin's token.</summary>
    public required string Token { get; init; }

    /// <summary>How long the load lasts.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many clients there are at once.</summary>
    public int Clients { get; init; } = 16;

    /// <summary>In how many projects.</summary>
    public int Projects { get; init; } = 2;

    /// <summary>How many follow each project.</summary>
    public int Streams { get; init; } = 3;

    /// <summary>After how long a request without an answer is a fault.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client pauses before each step.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>What the names of the projects begin with; null for one that no other run has.</summary>
    public string? Name { get; init; }

    /// <summary>True when replicas are stopped with care only: an answer that is missing to what was executed is a fault then.</summary>
    public bool IsGraceful { get; init; }

    /// <summary>True when neither a replica nor the balancer is ended: a connection that breaks is a fault then.</summary>
    public bool IsUnbroken { get; init; }

    /// <summary>Where to write when writes were acknowledged; null for nowhere.</summary>
    public string? Timeline { get; init; }

    /// <summary>Reads the command line; null when it cannot be understood.</summary>
    public static CheckerOptions? Parse(string[] args)
    {
        var options = new CheckerOptions { Token = "" };
        var addresses = new List<Uri>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--graceful" or "--unbroken")
            {
                options = options with { IsGraceful = options.IsGraceful || args[i] == "--graceful", IsUnbroken = options.IsUnbroken || args[i] == "--unbroken" };
                continue;
            }

            if (i + 1 == args.Length)
            {
                return null;
            }

            var value = args[++i];
            if (args[i - 1] == "--address" && Uri.TryCreate(value, UriKind.Absolute, out var address))
            {
                addresses.Add(address);
            }
            else if (options.With(args[i - 1], value) is { } changed)
            {
                options = changed;
            }
            else
            {
                return null;
            }
        }

        return options.Token.Length == 0 ? null : addresses.Count == 0 ? options : options with { Addresses = addresses };
    }

    private CheckerOptions? With(string name, string value) => (name, int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number > 0) switch
    {
        ("--token", _) => this with { Token = value },
        ("--timeline", _) => this with { Timeline = value },
        ("--name", _) => this with { Name = value },
        ("--pause", true) => this with { Pause = TimeSpan.FromMilliseconds(number) },
        ("--seconds", true) => this with { Time = TimeSpan.FromSeconds(number) },
        ("--clients", true) => this with { Clients = number },
        ("--projects", true) => this with { Projects = number },
        ("--streams", true) => this with { Streams = number },
        ("--patience", true) => this with { Patience = TimeSpan.FromSeconds(number) },
        _ => null,
    };
}
