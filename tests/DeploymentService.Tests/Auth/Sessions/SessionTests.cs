using DeploymentService.Auth;
using DeploymentService.Auth.Sessions;
using DeploymentService.Storage.Model;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Auth.Sessions;

/// <summary>How long a session lasts, and what ends it.</summary>
public sealed class SessionTests
{
    private const string MemberName = "member-of-a-test";
    private const string Another = "another-admin-token-of-the-settings";

    [Fact]
    public async Task A_session_ends_when_its_time_is_over_and_its_row_goes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-23T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var app = new ServiceApp(new() { ["Authentication:SessionSeconds"] = "60" }, replace: services => services.AddSingleton<TimeProvider>(time));
        var project = new Project(app);
        var secret = await project.MemberTokenAsync();
        var session = (await app.SignInAsync(MemberName, secret)).Session();
        Assert.Equal(200, await app.TryAsync(session, project.Id));

        time.Advance(TimeSpan.FromSeconds(61));
        var later = (await app.SignInAsync(MemberName, secret)).Session();
        await app.Services.GetRequiredService<SessionStore>().RemoveEndedAsync();

        Assert.Equal(401, await app.TryAsync(session, project.Id));
        Assert.Equal(404, (await app.AboutAsync("GET", session, secret)).Status);
        Assert.Equal(200, await app.TryAsync(later, project.Id));
        Assert.Equal(200, await app.TryAsync(secret, project.Id));
        Assert.Equal(1, await SessionRowsAsync(app));
    }

    [Fact]
    public async Task A_session_ends_no_later_than_its_token()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-23T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(time));
        var project = new Project(app);
        var made = await project.SendAsync("POST", "tokens", """{"name": "short", "role": "member", "expires_in": 100}""", ServiceApp.AdminToken);

        var answer = await app.SignInAsync("short", made.Json["token"]!["secret"]!.GetValue<string>());

        Assert.Equal("2026-11-23T12:01:40.000000Z", answer.Json["token"]!["expires_at"]!.GetValue<string>());
    }

    [Fact]
    public async Task Revoking_a_token_ends_its_sessions_with_it()
    {
        await using var app = new ServiceApp();
        var project = new Project(app);
        var made = await project.SendAsync("POST", "tokens", """{"name": "an-admin", "role": "admin"}""", ServiceApp.AdminToken);
        var secret = made.Json["token"]!["secret"]!.GetValue<string>();
        var session = (await app.SignInAsync("an-admin", secret)).Session();
        var elsewhere = (await app.SignInAsync("an-admin", secret, """{"project": {"id": "elsewhere"}}""")).Session();
        Assert.Equal(200, await app.TryAsync(elsewhere, "elsewhere"));

        var revoked = await project.SendAsync("DELETE", $"tokens/{made.Json["token"]!["id"]}", token: ServiceApp.AdminToken);

        Assert.Equal(204, revoked.Status);
        Assert.Equal(401, await app.TryAsync(session, project.Id));
        Assert.Equal(401, await app.TryAsync(elsewhere, "elsewhere"));
        Assert.Equal(401, (await app.SignInAsync("an-admin", secret)).Status);
        Assert.Equal(0, await SessionRowsAsync(app));
    }

    [Fact]
    public async Task A_session_outlives_a_restart()
    {
        using var folder = new TempFolder();
        string session, ended, projectId;
        await using (var before = new ServiceApp(folder: folder.Name))
        {
            var project = new Project(before);
            projectId = project.Id;
            session = (await before.SignInAsync(MemberName, await project.MemberTokenAsync())).Session();
            ended = (await before.SignInAsync("bootstrap", ServiceApp.AdminToken)).Session();
            Assert.Equal(204, (await before.AboutAsync("DELETE", ended, ended)).Status);
        }

        await using var after = new ServiceApp(folder: folder.Name);
        Assert.Equal(200, await after.TryAsync(session, projectId));
        Assert.Equal(401, await after.TryAsync(ended, projectId));
    }

    [Fact]
    public async Task A_session_of_the_token_in_the_settings_outlives_a_restart_and_not_another_setting()
    {
        using var folder = new TempFolder();
        string session;
        await using (var before = new ServiceApp(folder: folder.Name))
        {
            session = (await before.SignInAsync("bootstrap", ServiceApp.AdminToken)).Session();
        }

        await using (var same = new ServiceApp(folder: folder.Name))
        {
            Assert.Equal(200, await same.TryAsync(session, "any"));
        }

        await using var another = new ServiceApp(new() { ["Authentication:BootstrapToken"] = Another }, folder.Name);
        Assert.Equal(401, await another.TryAsync(session, "any"));
        Assert.Equal(200, await another.TryAsync(Another, "any"));
    }

    [Fact]
    public async Task A_session_can_be_looked_at_and_ended()
    {
        var app = ServiceApp.Shared;
        var project = ServiceApp.NewProject();
        var session = (await app.SignInAsync(MemberName, await project.MemberTokenAsync())).Session();

        var shown = await app.AboutAsync("GET", session, session);
        Assert.Equal(200, shown.Status);
        Assert.Equal(session, shown.Headers["x-subject-token"]);
        Assert.Equal(project.Id, shown.Json["token"]!["project"]!["id"]!.GetValue<string>());
        var head = await app.AboutAsync("HEAD", session, session);
        Assert.Equal((200, ""), (head.Status, head.Text));

        Assert.Equal(204, (await app.AboutAsync("DELETE", session, session)).Status);
        Assert.Equal(401, (await app.AboutAsync("GET", session, session)).Status);
        Assert.Equal(404, (await app.AboutAsync("GET", session, ServiceApp.AdminToken)).Status);
        Assert.Equal(401, await app.TryAsync(session, project.Id));
    }

    [Fact]
    public async Task A_token_without_an_end_can_be_looked_at_and_is_not_ended_here()
    {
        var app = ServiceApp.Shared;
        var project = ServiceApp.NewProject();
        var secret = await project.MemberTokenAsync();

        Assert.NotNull((await app.AboutAsync("GET", secret, secret)).Json["token"]!["expires_at"]);
        Assert.Equal(403, (await app.AboutAsync("DELETE", secret, secret)).Status);
        Assert.Equal(200, await app.TryAsync(secret, project.Id));
    }

    [Fact]
    public async Task Only_an_admin_looks_at_the_sessions_of_others()
    {
        var app = ServiceApp.Shared;
        var project = ServiceApp.NewProject();
        var session = (await app.SignInAsync(MemberName, await project.MemberTokenAsync())).Session();
        var reader = await project.TokenAsync("reader");

        Assert.Equal(403, (await app.AboutAsync("GET", session, reader)).Status);
        Assert.Equal(403, (await app.AboutAsync("DELETE", session, reader)).Status);
        Assert.Equal(200, (await app.AboutAsync("GET", session, ServiceApp.AdminToken)).Status);
        Assert.Equal(401, (await app.AboutAsync("GET", session, "nobody")).Status);
    }

    [Fact]
    public async Task The_list_of_tokens_has_no_sessions_but_their_use_counts()
    {
        var app = ServiceApp.Shared;
        var project = ServiceApp.NewProject();
        var session = (await app.SignInAsync(MemberName, await project.MemberTokenAsync())).Session();
        await app.TryAsync(session, project.Id);

        var list = await project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken);

        var token = Assert.Single(list.Json["tokens"]!.AsArray())!;
        Assert.NotNull(token["last_used_time"]);
    }

    [Fact]
    public async Task With_one_session_too_many_the_oldest_of_its_token_goes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-23T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(time));
        var project = new Project(app);
        var signIn = new SignIn { Methods = ["password"], User = MemberName, Secret = await project.MemberTokenAsync() };
        var store = app.Services.GetRequiredService<SessionStore>();
        var registry = app.Services.GetRequiredService<TokenRegistry>();
        var first = await store.OpenAsync(signIn);
        time.Advance(TimeSpan.FromMilliseconds(1));
        var second = await store.OpenAsync(signIn);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(Enumerable.Range(0, SessionStore.MostOfToken - 2).Select(_ => store.OpenAsync(signIn)));
        Assert.NotNull(registry.Find(TokenSecret.Hash(first!.Secret)));

        var last = await store.OpenAsync(signIn);

        Assert.Null(registry.Find(TokenSecret.Hash(first.Secret)));
        Assert.NotNull(registry.Find(TokenSecret.Hash(second!.Secret)));
        Assert.NotNull(registry.Find(TokenSecret.Hash(last!.Secret)));
        Assert.Equal(SessionStore.MostOfToken, await SessionRowsAsync(app));
    }

    private static async Task<int> SessionRowsAsync(ServiceApp app)
    {
        var contexts = app.Services.GetRequiredService<IDbContextFactory<DeploymentDbContext>>();
        await using var context = await contexts.CreateDbContextAsync();
        return await context.Tokens.CountAsync(token => token.ParentId != null);
    }
}
