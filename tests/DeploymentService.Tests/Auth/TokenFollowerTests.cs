using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Auth;

/// <summary>The registry may fail to hear of a change: then nobody goes by what it knows, and the table says what is true.</summary>
public sealed class TokenFollowerTests
{
    private readonly FaultyFollowers _faults = new();

    [Fact]
    public async Task While_the_registry_is_behind_the_table_is_asked()
    {
        await using var app = new ServiceApp(replace: services => _faults.Install(services));
        app.StartServer();
        var project = new Project(app);
        var made = await MakeAsync(project, "the-first");
        Assert.Equal(200, await app.TryAsync(made.Secret, project.Id));

        _faults.Break("tokens");
        var late = await MakeAsync(project, "the-second");
        Assert.Equal(200, await app.TryAsync(late.Secret, project.Id));
        var session = (await app.SignInAsync("the-second", late.Secret)).Session();
        Assert.Equal(200, await app.TryAsync(session, project.Id));
        Assert.Equal(204, (await project.SendAsync("DELETE", $"tokens/{made.Id}", token: ServiceApp.AdminToken)).Status);
        Assert.Equal(401, await app.TryAsync(made.Secret, project.Id));

        _faults.Mend("tokens");
        Assert.Equal(204, (await project.SendAsync("DELETE", $"tokens/{late.Id}", token: ServiceApp.AdminToken)).Status);
        Assert.Equal(401, await app.TryAsync(late.Secret, project.Id));
        Assert.Equal(401, await app.TryAsync(session, project.Id));
        Assert.Equal(200, await app.TryAsync((await MakeAsync(project, "the-third")).Secret, project.Id));
    }

    [Fact]
    public async Task Whoever_throws_behind_a_commit_does_not_end_the_writer()
    {
        await using var app = new ServiceApp();
        app.StartServer();
        var writer = app.Services.GetRequiredService<GroupCommitWriter>();

        Assert.True(await writer.WriteAsync(new Throwing(app.Services.GetRequiredService<EventLog>())));

        await MakeAsync(new Project(app), "after-it");
        Assert.True(writer.IsRunning);
    }

    [Fact]
    public async Task The_last_use_of_a_token_never_goes_back()
    {
        await using var app = new ServiceApp();
        app.StartServer();
        var store = app.Services.GetRequiredService<TokenStore>();
        var project = new Project(app);
        var token = new AccessToken { ProjectId = project.Id, Id = (await MakeAsync(project, "used")).Id, Name = "", Role = Role.Member, SecretHash = [], CreationTime = default };
        var later = new DateTime(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc);

        // Each replica puts down what it has seen, and none knows which of them comes last.
        await store.RecordUseAsync([(token, later)]);
        await store.RecordUseAsync([(token, later.AddMinutes(-1))]);

        var tokens = await store.ListAsync(project.Id, CancellationToken.None);
        Assert.Equal(later, Assert.Single(tokens).LastUsedTime);
    }

    private static async Task<(string Id, string Secret)> MakeAsync(Project project, string name)
    {
        var answer = await project.SendAsync("POST", "tokens", $$"""{"name": "{{name}}", "role": "member"}""", ServiceApp.AdminToken);
        Assert.Equal(200, answer.Status);
        var token = answer.Json["token"]!;
        return (token["id"]!.GetValue<string>(), token["secret"]!.GetValue<string>());
    }

    private sealed class Throwing(EventLog log) : LoggedChange<bool>(log)
    {
        protected override bool Run(IWriteTransaction rows) => true;

        protected override void OnCommitted() => throw new InvalidOperationException("A fault of a test.");
    }
}
