using DeploymentService.Auth;
using DeploymentService.Settings;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Auth;

/// <summary>The admin token of the settings, which comes, changes and goes with its setting.</summary>
public sealed class BootstrapTokenTests : IDisposable
{
    private const string Old = "the-old-bootstrap-token-of-a-test";
    private const string New = "the-new-bootstrap-token-of-a-test";
    private const string Gone = "Authentication:BootstrapToken was taken out, and its token is the only one of an admin: put it back,";
    private const string Shared = "Authentication:BootstrapToken is also the secret of ";

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_changed_setting_replaces_the_token()
    {
        foreach (var (setting, other) in new[] { (Old, New), (New, Old), (New, Old) })
        {
            await using var app = Start(setting);
            Assert.Equal((200, 401), (await TryAsync(app, setting), await TryAsync(app, other)));
        }

        Assert.False(File.Exists(_folder.At("admin.token")));
    }

    [Fact]
    public async Task A_setting_that_is_taken_out_revokes_its_token_and_the_sessions_of_it()
    {
        string session, other;
        await using (var app = Start(Old))
        {
            session = (await app.SignInAsync("bootstrap", Old)).Session();
            other = await MakeAsync(app, """{"name": "another", "role": "admin"}""");
        }

        foreach (var _ in new[] { 1, 2 })
        {
            await using var app = Start(setting: "");
            Assert.Equal((401, 401, 200), (await TryAsync(app, Old), await TryAsync(app, session), await TryAsync(app, other)));
            Assert.DoesNotContain("bootstrap", await ListAsync(app, other), StringComparison.Ordinal);
        }

        await using var again = Start(Old);
        Assert.Equal((200, 401), (await TryAsync(again, Old), await TryAsync(again, session)));
    }

    [SqliteFact]
    public async Task The_first_token_is_admin_enough()
    {
        await using (Start(setting: ""))
        {
        }

        var first = (await File.ReadAllTextAsync(_folder.At("admin.token"))).TrimEnd('\n');
        await using (var app = Start(Old))
        {
            Assert.Equal((200, 200), (await TryAsync(app, Old), await TryAsync(app, first)));
        }

        await using var without = Start(setting: "");
        Assert.Equal((401, 200), (await TryAsync(without, Old), await TryAsync(without, first)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"name": "no-admin", "role": "member"}""")]
    [InlineData("""{"name": "over", "role": "admin", "expires_in": 60}""")]
    public async Task The_last_token_of_an_admin_stays_and_the_start_is_refused(string? other)
    {
        await using (var app = Start(Old))
        {
            // A session is no token.
            (await app.SignInAsync("bootstrap", Old)).Session();
            if (other is not null)
            {
                await MakeAsync(app, other);
            }
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        AssertRefused(Gone, setting: "");

        await using var back = Start(Old);
        Assert.Equal(200, await TryAsync(back, Old));
    }

    [Fact]
    public async Task Another_admin_counts_as_long_as_its_token_does()
    {
        await using (var app = Start(Old))
        {
            await MakeAsync(app, """{"name": "not-over", "role": "admin", "expires_in": 61}""");
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        await using var without = Start(setting: "");
        Assert.Equal(401, await TryAsync(without, Old));
    }

    [Fact]
    public async Task Without_authentication_nobody_needs_an_admin_and_with_it_again_the_start_asks_for_one()
    {
        await using (Start(Old))
        {
        }

        await using (var open = Start(setting: "", mode: "None"))
        {
            Assert.Equal(200, await TryAsync(open, "anything"));
        }

        AssertRefused(Gone, setting: "");
    }

    [Theory]
    [InlineData("""{"name": "a-reader", "role": "reader"}""", false)]
    [InlineData("""{"name": "an-admin", "role": "admin"}""", false)]
    [InlineData("""{"name": "over", "role": "member", "expires_in": 1}""", false)]
    [InlineData("""{"name": "a-member", "role": "member"}""", true)]
    public async Task The_secret_of_another_token_is_refused_and_nothing_changes(string body, bool isSession)
    {
        string secret;
        await using (var app = Start(Old))
        {
            secret = await MakeAsync(app, body);
            if (isSession)
            {
                secret = (await app.SignInAsync("a-member", secret)).Session();
            }
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        var sentence = AssertRefused(Shared, secret);
        Assert.DoesNotContain(secret, sentence, StringComparison.Ordinal);
        Assert.Contains(isSession ? "a session of the token 'a-member' of the project demo" : "the token '", sentence, StringComparison.Ordinal);

        await using var back = Start(Old);
        Assert.Equal(200, await TryAsync(back, Old));
    }

    [SqliteFact]
    public async Task The_secret_of_the_first_token_is_refused_too()
    {
        await using (Start(setting: ""))
        {
        }

        AssertRefused(Shared, (await File.ReadAllTextAsync(_folder.At("admin.token"))).TrimEnd('\n'));
    }

    [Fact]
    public async Task A_token_that_has_the_same_name_is_another()
    {
        string namesake;
        await using (var app = Start(Old))
        {
            namesake = await MakeAsync(app, """{"name": "bootstrap", "role": "admin"}""", FirstAdminToken.Project);
        }

        await using (var changed = Start(New))
        {
            Assert.Equal((200, 200), (await TryAsync(changed, New), await TryAsync(changed, namesake)));
        }

        await using var without = Start(setting: "");
        Assert.Equal((401, 200), (await TryAsync(without, New), await TryAsync(without, namesake)));
    }

    [SqliteTheory]
    [InlineData(Old, 200)]
    [InlineData(New, 401)]
    [InlineData("", 401)]
    public async Task In_a_database_from_before_it_is_the_oldest_of_its_name(string setting, int status)
    {
        string session, namesake;
        await using (var app = Start(Old))
        {
            session = (await app.SignInAsync("bootstrap", Old)).Session();
            _time.Advance(TimeSpan.FromSeconds(1));
            namesake = await MakeAsync(app, """{"name": "bootstrap", "role": "admin"}""", FirstAdminToken.Project);
        }

        MakeOld();
        await using var upgraded = Start(setting);

        Assert.Equal((status, status, 200), (await TryAsync(upgraded, Old), await TryAsync(upgraded, session), await TryAsync(upgraded, namesake)));
    }

    /// <summary>As an earlier version left the database: the token had an id like any other.</summary>
    private void MakeOld()
    {
        const string sql = """
            UPDATE access_tokens SET id = '33f33466-ffee-4079-b5ef-dba3c445ef3c' WHERE id = @id;
            UPDATE access_tokens SET parent_id = '33f33466-ffee-4079-b5ef-dba3c445ef3c' WHERE parent_id = @id;
            DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%_BootstrapToken';
            """;
        Assert.Equal(3, _folder.Database.Execute(sql, ("id", BootstrapToken.Id)));
    }

    private ServiceApp Start(string setting, string mode = "Tokens")
    {
        var app = new ServiceApp(new() { ["Authentication:BootstrapToken"] = setting, ["Authentication:Mode"] = mode }, _folder.Name, SetClock);
        app.StartServer();
        return app;
    }

    private string AssertRefused(string beginning, string setting)
    {
        string[] settings =
        [
            .. _folder.Database.Arguments, "--urls=http://127.0.0.1:0", "--Logging:Level=Fatal", $"--{AuthenticationOptions.BootstrapTokenKey}={setting}",
        ];
        var sentence = Assert.Single(Assert.Throws<SettingsException>(() => Program.Build(settings, SetClock)).Faults);
        Assert.StartsWith(beginning, sentence, StringComparison.Ordinal);
        Assert.EndsWith("(environment: Authentication__BootstrapToken)", sentence, StringComparison.Ordinal);
        return sentence;
    }

    private void SetClock(IServiceCollection services) => services.AddSingleton<TimeProvider>(_time);

    private static Task<int> TryAsync(ServiceApp app, string token) => app.TryAsync(token, "demo");

    private static async Task<string> ListAsync(ServiceApp app, string token) =>
        (await new Project(app, FirstAdminToken.Project).SendAsync("GET", "tokens", token: token)).Text;

    private static async Task<string> MakeAsync(ServiceApp app, string body, string project = "demo") =>
        (await new Project(app, project).SendAsync("POST", "tokens", body, Old)).String("token", "secret")!;
}
