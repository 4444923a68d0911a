using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Support;

/// <summary>The real application on a real port of the loopback address, with a database of its own that is deleted afterwards.</summary>
public sealed class ServiceApp : WebApplicationFactory<Program>
{
    /// <summary>The secret of the admin token.</summary>
    public const string AdminToken = "admin-token-of-the-tests-0123456789";

    private static readonly Lazy<ServiceApp> LazyShared = new(Started);

    // The tests' requests to it have no connections of their own: nothing is told of a client by its connection but how many there are.
    private static readonly Lazy<HttpClient> LazyClient = new(() =>
    {
        using var own = Shared.CreateDefaultClient();
        return new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = own.BaseAddress };
    });

    private readonly Dictionary<string, string> _settings;
    private readonly Action<IServiceCollection>? _replace;
    private readonly bool _ownsFolder;

    /// <summary>Sets an application up.</summary>
    /// <param name="settings">What differs from the settings of the tests.</param>
    /// <param name="folder">Whose database it uses (<see cref="TestDatabase"/>); null for a new folder.</param>
    /// <param name="replace">Puts something else in the place of a part, such as the clock.</param>
    public ServiceApp(Dictionary<string, string>? settings = null, string? folder = null, Action<IServiceCollection>? replace = null)
    {
        _replace = replace;
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("deployment-service-").FullName;
        Database = TestDatabase.In(Folder);
        _settings = new(Database.Settings)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Authentication:BootstrapToken"] = AdminToken,
            ["Logging:Level"] = "Fatal",
            // The receivers of the tests' webhooks are on this host.
            ["Webhooks:AllowedNetworks"] = "127.0.0.0/8",
            // The tests' agents make no pauses, and all tests sign in from one address, many of them in vain.
            // The limiter stays in the way of every request, and a quick machine does not meet it.
            ["Limits:RequestsPerSecond"] = "1000000",
            ["Limits:RequestBurst"] = "1000000",
            ["Limits:AgentRequestsPerSecond"] = "0",
            ["Limits:FailedSignIns"] = "0",
            ["Limits:FailedSignInsOfAddress"] = "0",
        };
        foreach (var (key, value) in settings ?? [])
        {
            _settings[key] = value;
        }

        UseKestrel();
    }

    /// <summary>The application that most tests share: each of them works in a project of its own.</summary>
    public static ServiceApp Shared => LazyShared.Value;

    /// <summary>The client that all tests of the shared application share; null for another application, whose clients come and go with each request.</summary>
    internal HttpClient? Client => LazyShared.IsValueCreated && this == LazyShared.Value ? LazyClient.Value : null;

    /// <summary>Where the files are: the secrets, and the database of SQLite.</summary>
    public string Folder { get; }

    public TestDatabase Database { get; }

    /// <summary>A project that no other test knows, with clients for its tokens.</summary>
    public static Project NewProject() => new(Shared);

    // The factory starts with its first client, but not when two tests ask for that at once.
    private static ServiceApp Started()
    {
        var app = new ServiceApp();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(app.Folder, recursive: true);
        app.StartServer();
        return app;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        if (_replace is not null)
        {
            builder.ConfigureTestServices(_replace);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_ownsFolder)
        {
            TestDatabase.Drop(Folder);
            Directory.Delete(Folder, recursive: true);
        }
    }
}
