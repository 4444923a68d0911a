using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Auth.Keystone;

/// <summary>As much of a Keystone as the service uses, on a real port. It counts what it is asked, and can be slow, broken, or gone.</summary>
public sealed class FakeKeystone : IAsyncDisposable
{
    public const string ServicePassword = "the-password-of-the-service";

    private readonly ConcurrentDictionary<string, JsonObject> _tokens = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _own = new();
    private WebApplication? _web;
    private int _signIns;
    private int _validations;

    /// <summary>The clock of Keystone, and of the service that <see cref="Service"/> starts.</summary>
    public FakeTimeProvider Time { get; init; } = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", CultureInfo.InvariantCulture));

    public string Address { get; private set; } = "http://127.0.0.1:0";

    public int SignIns => _signIns;

    public int Validations => _validations;

    /// <summary>What it answers instead; null to answer properly.</summary>
    public int? Status { get; set; }

    /// <summary>What it waits for before it answers about a token.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How long a token of the service's own user lasts.</summary>
    public TimeSpan OwnLife { get; set; } = TimeSpan.FromHours(1);

    public static async Task<FakeKeystone> StartedAsync()
    {
        var keystone = new FakeKeystone();
        await keystone.StartAsync();
        return keystone;
    }

    /// <summary>Listens, the second time where it did the first time.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address);
        _web = builder.Build();
        _web.MapPost("/v3/auth/tokens", (Delegate)SignInAsync);
        _web.MapGet("/v3/auth/tokens", (Delegate)ValidateAsync);
        await _web.StartAsync();
        Address = _web.Urls.First();
    }

    public async Task StopAsync()
    {
        if (_web is not null)
        {
            await _web.DisposeAsync();
            _web = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>The service in Keystone mode with this Keystone.</summary>
    public ServiceApp Service(Dictionary<string, string>? settings = null)
    {
        var all = new Dictionary<string, string>
        {
            ["Authentication:Mode"] = "Keystone",
            ["Keystone:AuthUrl"] = $"{Address}/v3",
            ["Keystone:Username"] = "deployments",
            ["Keystone:Password"] = ServicePassword,
            ["Keystone:ProjectName"] = "service",
        };
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        var app = new ServiceApp(all, replace: services => services.AddSingleton<TimeProvider>(Time));
        app.StartServer();
        return app;
    }

    /// <summary>A new token of a user with these roles in a project; a null project for one of none. <paramref name="more"/> is what Keystone says besides.</summary>
    public string Token(string? project, IEnumerable<string> roles, TimeSpan? life = null, JsonObject? more = null)
    {
        var secret = $"gAAAAA-{Guid.NewGuid():N}";
        var now = Time.GetUtcNow();
        var token = new JsonObject
        {
            ["methods"] = new JsonArray("password"),
            ["user"] = Named("u-1", "a-user"),
            ["issued_at"] = Text(now),
            ["expires_at"] = Text(now + (life ?? TimeSpan.FromHours(1))),
        };
        if (project is not null)
        {
            token["project"] = Named(project, "a-project");
        }

        token["roles"] = new JsonArray([.. roles.Select(role => Named($"id-of-{role}", role))]);
        foreach (var (key, value) in more ?? [])
        {
            token[key] = value?.DeepClone();
        }

        _tokens[secret] = token;
        return secret;
    }

    public void Revoke(string token) => _tokens.TryRemove(token, out _);

    /// <summary>Takes none of the service's own tokens any more.</summary>
    public void ForgetOwn() => _own.Clear();

    private async Task<IResult> SignInAsync(HttpContext http)
    {
        Interlocked.Increment(ref _signIns);
        if (Status is { } status)
        {
            return Results.StatusCode(status);
        }

        var auth = (await JsonNode.ParseAsync(http.Request.Body))!["auth"]!;
        var user = auth["identity"]!["password"]!["user"]!;
        if (user["password"]!.GetValue<string>() != ServicePassword || auth["scope"]!["project"]!["name"]!.GetValue<string>() != "service")
        {
            return Results.StatusCode(401);
        }

        var secret = $"own-{Guid.NewGuid():N}";
        var now = Time.GetUtcNow();
        _own[secret] = now + OwnLife;
        http.Response.Headers["X-Subject-Token"] = secret;
        var token = new JsonObject { ["user"] = Named("u-0", "deployments"), ["issued_at"] = Text(now), ["expires_at"] = Text(now + OwnLife) };
        return Results.Text(new JsonObject { ["token"] = token }.ToJsonString(), "application/json", statusCode: 201);
    }

    private async Task<IResult> ValidateAsync(HttpContext http)
    {
        Interlocked.Increment(ref _validations);
        await Gate.WaitAsync(http.RequestAborted);
        if (Status is { } status)
        {
            return Results.StatusCode(status);
        }

        var now = Time.GetUtcNow();
        if (!_own.TryGetValue(http.Request.Headers["X-Auth-Token"].ToString(), out var end) || end <= now)
        {
            return Results.StatusCode(401);
        }

        return _tokens.TryGetValue(http.Request.Headers["X-Subject-Token"].ToString(), out var token)
            && DateTimeOffset.Parse(token["expires_at"]!.GetValue<string>(), CultureInfo.InvariantCulture) > now
                ? Results.Text(new JsonObject { ["token"] = token.DeepClone() }.ToJsonString(), "application/json")
                : Results.StatusCode(404);
    }

    private static JsonObject Named(string id, string name) => new() { ["id"] = id, ["name"] = name };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
