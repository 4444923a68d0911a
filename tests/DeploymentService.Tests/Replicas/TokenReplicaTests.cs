using DeploymentService.Auth;
using DeploymentService.Settings;
using DeploymentService.Storage;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Replicas;

/// <summary>Tokens and sessions of replicas that share a database: what one makes is good at the others, and what one revokes is refused there from the moment it is answered.</summary>
public sealed class TokenReplicaTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ObservedReader _reader = new();

    public void Dispose()
    {
        _reader.Free();
        _folder.Dispose();
    }

    [PostgresFact]
    public async Task A_token_that_one_replica_makes_is_good_at_the_other_at_once()
    {
        await using var one = Start();
        await using var other = Start();
        var (here, there) = Projects(one, other);
        for (var number = 0; number < 20; number++)
        {
            var (maker, user) = number % 2 == 0 ? (here, other) : (there, one);
            Assert.Equal(200, await user.TryAsync((await MakeAsync(maker)).Secret, here.Id));
        }
    }

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_revoked_token_is_refused_everywhere_from_the_answer_on(bool isStuck)
    {
        await using var one = Start();
        await using var other = Start(_reader.Install);
        var (here, there) = Projects(one, other);
        var (revoked, kept) = (await MakeAsync(here), await MakeAsync(here));
        var session = (await one.SignInAsync("a-token", revoked.Secret)).Session();
        foreach (var secret in new[] { revoked.Secret, kept.Secret, session })
        {
            Assert.Equal(200, await other.TryAsync(secret, here.Id));
        }

        if (isStuck)
        {
            _reader.Stick();
        }

        Assert.Equal(204, (await here.SendAsync("DELETE", $"tokens/{revoked.Id}", token: ServiceApp.AdminToken)).Status);

        Assert.Equal(401, await other.TryAsync(revoked.Secret, here.Id));
        Assert.Equal(401, await other.TryAsync(session, here.Id));
        Assert.Equal(401, await one.TryAsync(revoked.Secret, here.Id));
        Assert.Equal(200, await other.TryAsync(kept.Secret, here.Id));
        // What others revoke is heard of, and what is its own too.
        Assert.Equal(204, (await there.SendAsync("DELETE", $"tokens/{kept.Id}", token: ServiceApp.AdminToken)).Status);
        Assert.Equal(401, await other.TryAsync(kept.Secret, here.Id));
        Assert.Equal(401, await one.TryAsync(kept.Secret, here.Id));
        _reader.Free();
        Assert.Equal(401, await other.TryAsync(kept.Secret, here.Id));
    }

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_is_good_everywhere_and_ends_everywhere(bool isStuck)
    {
        await using var one = Start();
        await using var other = Start(_reader.Install);
        var (here, _) = Projects(one, other);
        var admin = await MakeAsync(here, "admin");
        // The other has heard of neither the session nor its token, which is of another project.
        var session = (await one.SignInAsync("a-token", admin.Secret, """{"project": {"id": "elsewhere"}}""")).Session();
        Assert.Equal(200, await other.TryAsync(session, "elsewhere"));
        var exchanged = (await other.SignInAsync("a-token", admin.Secret)).Session();
        Assert.Equal(200, await one.TryAsync(exchanged, here.Id));

        if (isStuck)
        {
            _reader.Stick();
        }

        Assert.Equal(204, (await one.AboutAsync("DELETE", session, session)).Status);

        Assert.Equal(401, await other.TryAsync(session, "elsewhere"));
        Assert.Equal(404, (await other.AboutAsync("GET", session, ServiceApp.AdminToken)).Status);
        Assert.Equal(200, await other.TryAsync(exchanged, here.Id));
    }

    [PostgresFact]
    public async Task The_tokens_of_a_removed_server_are_refused_everywhere()
    {
        await using var one = Start();
        await using var other = Start(_reader.Install);
        var (here, there) = Projects(one, other);
        await here.DeploymentAsync();
        var agent = await here.TokenAsync("agent", "a-server");
        Assert.Equal(200, (await there.SendAsync("GET", "caller", token: agent)).Status);

        _reader.Stick();
        Assert.Equal(204, (await here.SendAsync("DELETE", "servers/a-server?deployments=fail")).Status);

        Assert.Equal(401, (await there.SendAsync("GET", "caller", token: agent)).Status);
    }

    [PostgresFact]
    public async Task While_neither_the_log_nor_the_table_can_be_read_nobody_is_let_in_and_nobody_is_refused()
    {
        await using var app = Start(_reader.Install);
        var project = new Project(app);
        var (_, secret) = await MakeAsync(project);
        _reader.Stick();
        _reader.Break(TokenQueries.OfSecret.Sql);

        Answer answer;
        do
        {
            answer = await project.SendAsync("GET", "caller", token: secret);
        }
        while (answer.Status == 200);

        Assert.Equal((503, "1"), (answer.Status, answer.Headers["retry-after"]));
        Assert.Equal(503, (await project.SendAsync("GET", "caller", token: "unknown")).Status);
        Assert.Equal(503, (await app.SignInAsync("a-token", secret)).Status);
        _reader.Mend();
        Assert.Equal(200, await app.TryAsync(secret, project.Id));
        Assert.Equal(401, await app.TryAsync("unknown", project.Id));
    }

    [PostgresFact]
    public async Task An_unknown_secret_is_asked_of_the_table_once_a_second()
    {
        var time = new FakeTimeProvider();
        await using var app = Start(services =>
        {
            services.AddSingleton<TimeProvider>(time);
            _reader.Install(services);
        });
        var before = _reader.Asked(TokenQueries.OfSecret.Sql);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.TryAsync("unknown", "any"))), status => Assert.Equal(401, status));

        Assert.InRange(_reader.Asked(TokenQueries.OfSecret.Sql) - before, 1, 4);
        before = _reader.Asked(TokenQueries.OfSecret.Sql);
        time.Advance(TokenLookup.UnknownFor);
        Assert.Equal(401, await app.TryAsync("unknown", "any"));
        Assert.Equal(1, _reader.Asked(TokenQueries.OfSecret.Sql) - before);
    }

    [PostgresFact]
    public async Task A_known_token_costs_no_question_while_the_log_is_read()
    {
        await using var app = Start(_reader.Install);
        var project = new Project(app);
        var (_, secret) = await MakeAsync(project);
        Assert.Equal(200, await app.TryAsync(secret, project.Id));
        var before = _reader.Asked(TokenQueries.OfSecret.Sql);
        var looks = _reader.Asked(LogQueries.Tail.Sql);

        // The log is looked at ten times a second.
        while (_reader.Asked(LogQueries.Tail.Sql) < looks + 15)
        {
            Assert.Equal(200, await app.TryAsync(secret, project.Id));
        }

        Assert.InRange(_reader.Asked(TokenQueries.OfSecret.Sql) - before, 0, 5);
    }

    [PostgresFact]
    public async Task Without_a_token_of_an_admin_a_start_says_what_to_do()
    {
        string[] settings = [.. _folder.Database.Arguments, "--urls=http://127.0.0.1:0", "--Logging:Level=Fatal"];
        var refused = Assert.Single(Assert.Throws<SettingsException>(() => Program.Build(settings)).Faults);
        Assert.StartsWith("Authentication:BootstrapToken is not set, and the database has no token of an admin: set it to", refused, StringComparison.Ordinal);

        await using (var app = Start())
        {
            await MakeAsync(new Project(app), "admin");
        }

        await using var without = new ServiceApp(new() { ["Authentication:BootstrapToken"] = "" }, _folder.Name);
        Assert.Equal(401, await without.TryAsync(ServiceApp.AdminToken, "any"));
        Assert.DoesNotContain("admin.token", Directory.GetFiles(_folder.Name).Select(Path.GetFileName));
    }

    private ServiceApp Start(Action<IServiceCollection>? replace = null)
    {
        var app = new ServiceApp(folder: _folder.Name, replace: replace);
        app.StartServer();
        return app;
    }

    /// <summary>The same project at two replicas.</summary>
    private static (Project Here, Project There) Projects(ServiceApp one, ServiceApp other)
    {
        var here = new Project(one);
        return (here, new(other, here.Id));
    }

    private static async Task<(string Id, string Secret)> MakeAsync(Project project, string role = "member")
    {
        var answer = await project.SendAsync("POST", "tokens", $$"""{"name": "a-token", "role": "{{role}}"}""", ServiceApp.AdminToken);
        Assert.Equal(200, answer.Status);
        var token = answer.Json["token"]!;
        return (token["id"]!.GetValue<string>(), token["secret"]!.GetValue<string>());
    }
}
