using DeploymentService.Auth;
using DeploymentService.Auth.Sessions;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Auth;

/// <summary>The registry hears of tokens and sessions in the order in which they are stored, before anybody is answered.</summary>
public sealed class TokenOrderTests : IAsyncLifetime, IDisposable
{
    private readonly ServiceApp _app = new();

    private TokenStore Tokens => _app.Services.GetRequiredService<TokenStore>();

    private SessionStore Sessions => _app.Services.GetRequiredService<SessionStore>();

    private TokenRegistry Registry => _app.Services.GetRequiredService<TokenRegistry>();

    private GroupCommitWriter Writer => _app.Services.GetRequiredService<GroupCommitWriter>();

    public Task InitializeAsync()
    {
        _app.StartServer();
        // The first change that uses EF Core waits for it; from then on all are queued as they are handed in.
        return Tokens.RevokeAsync("p", BootstrapToken.Id, Actor.Service);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    private KnownToken? Find(string secret) => Registry.Find(TokenSecret.Hash(secret));

    // On a shared database the log of others may come first; there the lease decides.
    [SqliteFact]
    public async Task A_token_is_known_right_behind_its_commit_and_no_longer_than_its_row()
    {
        const string secret = "a-secret";
        var (making, isKnown) = await BeforeLookAsync(() => Tokens.CreateAsync("p", new("n", Role.Member), secret, Actor.Service), secret);
        Assert.True(isKnown);
        var token = await making;

        (var revoking, isKnown) = await BeforeLookAsync(() => Tokens.RevokeAsync("p", token.Id, Actor.Service), secret);
        Assert.False(isKnown);
        Assert.True(await revoking);
        Assert.False(await Tokens.RevokeAsync("p", token.Id, Actor.Service));
    }

    [Fact]
    public async Task One_that_is_revoked_before_its_maker_is_answered_does_not_come_back()
    {
        var made = new List<Task>();
        var revoked = new List<Task<bool>>();
        for (var number = 0; number < 100; number++)
        {
            // Whoever lists tokens can revoke one that its maker has not heard of yet.
            var id = BootstrapToken.Id;
            made.Add(Tokens.PutAsync(Row("p", id, $"secret {number}"), Actor.Service));
            revoked.Add(Tokens.RevokeAsync("p", id, Actor.Service));
        }

        await Task.WhenAll(made);
        Assert.All(await Task.WhenAll(revoked), Assert.True);

        Assert.All(Enumerable.Range(0, 100), number => Assert.Null(Find($"secret {number}")));
    }

    [Fact]
    public async Task A_token_in_the_place_of_another_ends_the_sessions_of_that()
    {
        await Tokens.PutAsync(Row("p", BootstrapToken.Id, "the first"), Actor.Service);
        var session = await Sessions.OpenAsync(new SignIn { Methods = ["password"], User = "n", Secret = "the first" });
        Assert.NotNull(Find(session!.Secret));

        await Tokens.PutAsync(Row("p", BootstrapToken.Id, "the second"), Actor.Service);

        Assert.Null(Find(session.Secret));
        Assert.Null(Find("the first"));
        Assert.NotNull(Find("the second"));
    }

    [Fact]
    public async Task A_session_comes_and_goes_in_order_too()
    {
        await Tokens.PutAsync(Row("p", BootstrapToken.Id, "a token"), Actor.Service);
        var signIn = new SignIn { Methods = ["password"], User = "n", Secret = "a token" };
        var first = await Sessions.OpenAsync(signIn);

        // A session that is exchanged while it is closed opens no other.
        var closing = Sessions.CloseAsync(Find(first!.Secret)!.Row, Actor.Service);
        var exchanging = Sessions.OpenAsync(new SignIn { Methods = ["token"], Secret = first.Secret });
        await closing;
        Assert.Null(await exchanging);
        Assert.Null(Find(first.Secret));

        var revoking = Tokens.RevokeAsync("p", BootstrapToken.Id, Actor.Service);
        var opening = Sessions.OpenAsync(signIn);
        await revoking;
        Assert.Null(await opening);
    }

    /// <summary>Hands a change in, and looks on the writer's thread whether a secret is known behind the COMMIT of that change.</summary>
    private async Task<(Task<T> Change, bool IsKnown)> BeforeLookAsync<T>(Func<Task<T>> handIn, string secret)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        var block = Writer.WriteAsync(new AnyChange(() =>
        {
            entered.SetResult();
            gate.Wait();
            return true;
        }));
        await entered.Task;
        var change = handIn();
        // Both are taken together. A fault makes the writer apply them one by one, the second behind the COMMIT of the first.
        var isFirst = true;
        var look = Writer.WriteAsync(new AnyChange(() =>
        {
            var hadBegun = !isFirst;
            isFirst = false;
            return hadBegun ? Find(secret) is not null : throw new InvalidDataException("Once more.");
        }));
        gate.Set();
        await block;
        return (change, await look);
    }

    private static AccessToken Row(string projectId, string id, string secret) => new()
    {
        ProjectId = projectId,
        Id = id,
        Name = "n",
        Role = Role.Member,
        SecretHash = TokenSecret.Hash(secret),
        CreationTime = new DateTime(2026, 11, 23, 13, 0, 0, DateTimeKind.Utc),
    };

    private sealed class AnyChange(Func<bool> execute) : Change<bool>
    {
        protected override bool Execute(IWriteTransaction rows) => execute();
    }
}
