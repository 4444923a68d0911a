using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Nodes;

namespace DeploymentService.Benchmarks.Load;

/// <summary>A variant in a process of its own, on a database of its own, with deployments to work on.</summary>
public sealed class RunningHost : IAsyncDisposable
{
    /// <summary>The token of all requests.</summary>
    public const string Token = "token-of-the-benchmarks-0123456789";

    // A million deployments are loaded before a service is ready.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string _folder;

    private RunningHost(Process process, string folder, Uri address, TimeSpan startupTime)
    {
        _process = process;
        _folder = folder;
        Address = address;
        StartupTime = startupTime;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>From the start of the process to the first answer.</summary>
    public TimeSpan StartupTime { get; }

    /// <summary>A file with one path of a deployment a line.</summary>
    public string Paths => Path.Combine(_folder, "paths.txt");

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in MB.</summary>
    public double MemoryMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>The size of the journal's file, in MB.</summary>
    public double JournalMegabytes => new FileInfo(Path.Combine(_folder, "deployments.db-wal")) is { Exists: true } journal ? journal.Length / 1024.0 / 1024.0 : 0;

    /// <summary>Starts a variant and waits for its first answer.</summary>
    /// <param name="variant">One of <see cref="Hosts.HostVariants"/>.</param>
    /// <param name="folder">Where its database is; null for a new one. It goes when the host goes.</param>
    /// <param name="postgres">Its database on a server; null for one in the folder.</param>
    public static Task<RunningHost> StartAsync(string variant, string? folder = null, string? postgres = null) =>
        StartAsync([Assembly.GetExecutingAssembly().Location, "serve", variant], folder, postgres);

    /// <summary>Starts a published build of the service and waits for its first answer.</summary>
    /// <param name="build">The folder that it was published to.</param>
    /// <param name="settings">Settings for it, <c>key=value</c> with commas between.</param>
    public static async Task<RunningHost> StartBuildAsync(string build, string settings)
    {
        var program = Path.Combine(build, "DeploymentService.dll");
        var given = settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(setting => "--" + setting);
        return await StartAsync([program, .. await KnowsLimitsAsync(program) ? Hosts.HostVariants.Limits : [], .. given], folder: null, postgres: null);
    }

    /// <summary>An earlier build refuses settings that it does not know.</summary>
    private static async Task<bool> KnowsLimitsAsync(string program)
    {
        using var help = Process.Start(new ProcessStartInfo("dotnet", [program, "--help"]) { RedirectStandardOutput = true })!;
        var text = await help.StandardOutput.ReadToEndAsync();
        await help.WaitForExitAsync();
        return text.Contains("Limits:RequestsPerSecond", StringComparison.Ordinal);
    }

    private static async Task<RunningHost> StartAsync(string[] program, string? folder, string? postgres)
    {
        folder ??= Directory.CreateTempSubdirectory("deployment-benchmark-").FullName;
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [.. program, "--urls", address.OriginalString])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["ConnectionStrings__Deployments"] = postgres ?? $"Data Source={Path.Combine(folder, "deployments.db")}";
        start.Environment["Database__Provider"] = postgres is null ? "Sqlite" : "PostgreSql";
        start.Environment["Authentication__BootstrapToken"] = Token;
        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        // The log is on and somebody reads it, as in production.
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = address };
        while (true)
        {
            try
            {
                (await client.GetAsync("/healthcheck")).EnsureSuccessStatusCode();
                return new RunningHost(process, folder, address, watch.Elapsed);
            }
            catch (HttpRequestException) when (watch.Elapsed < LongestStart && !process.HasExited)
            {
                await Task.Delay(5);
            }
            catch
            {
                process.Kill();
                throw;
            }
        }
    }

    /// <summary>Creates deployments on a tenth as many servers and notes their paths.</summary>
    public async Task CreateDeploymentsAsync(int count)
    {
        using var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("X-Auth-Token", Token);
        var config = await PostAsync(client, "software_configs", """{"name": "benchmark", "group": "script", "config": "#!/bin/sh"}""", "software_config");
        var paths = new List<string>();
        for (var number = 0; number < count; number++)
        {
            var id = await PostAsync(client, "software_deployments",
                $$$"""{"config_id": "{{{config}}}", "server_id": "server-{{{number % (count / 10)}}}", "action": "CREATE", "input_values": {"foo": "fooooo"}}""", "software_deployment");
            paths.Add($"/v1/benchmark/software_deployments/{id}");
        }

        await File.WriteAllLinesAsync(Paths, paths);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> PostAsync(HttpClient client, string path, string body, string envelope)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await client.PostAsync($"/v1/benchmark/{path}", content);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())![envelope]!["id"]!.GetValue<string>();
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
