using DeploymentService.Auth;
using DeploymentService.Auth.Keystone;
using DeploymentService.Storage.Model;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Auth.Keystone;

/// <summary>How often Keystone is asked.</summary>
public sealed class KeystoneCacheTests : IAsyncLifetime
{
    private FakeKeystone _keystone = null!;
    private ServiceApp _app = null!;

    public async Task InitializeAsync()
    {
        _keystone = await FakeKeystone.StartedAsync();
        _app = _keystone.Service();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _keystone.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_counts_for_the_cache_time_and_no_longer()
    {
        var token = _keystone.Token("p-1", ["reader"]);
        Assert.Equal(200, await _app.ListAsync(token));
        _keystone.Revoke(token);

        _keystone.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(200, await _app.ListAsync(token));
        Assert.Equal(1, _keystone.Validations);

        _keystone.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, await _app.ListAsync(token));
        Assert.Equal(2, _keystone.Validations);
    }

    [Fact]
    public async Task An_answer_never_counts_beyond_the_tokens_end()
    {
        var token = _keystone.Token("p-1", ["reader"], TimeSpan.FromSeconds(5));
        Assert.Equal(200, await _app.ListAsync(token));

        _keystone.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(401, await _app.ListAsync(token));
    }

    [Fact]
    public async Task A_refusal_counts_for_a_moment()
    {
        Assert.Equal(401, await _app.ListAsync("gAAAAA-nothing"));
        Assert.Equal(401, await _app.ListAsync("gAAAAA-nothing"));
        Assert.Equal(1, _keystone.Validations);

        _keystone.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(401, await _app.ListAsync("gAAAAA-nothing"));
        Assert.Equal(2, _keystone.Validations);
    }

    [Fact]
    public async Task Many_requests_at_once_with_one_token_cost_one_call()
    {
        var gate = new TaskCompletionSource();
        _keystone.Gate = gate.Task;
        var token = _keystone.Token("p-1", ["reader"]);

        var requests = Enumerable.Range(0, 20).Select(_ => _app.ListAsync(token)).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(requests), status => Assert.Equal(200, status));
        Assert.Equal((1, 1), (_keystone.Validations, _keystone.SignIns));
    }

    [Fact]
    public async Task Without_a_cache_every_request_asks()
    {
        await using var app = _keystone.Service(new() { ["Keystone:CacheSeconds"] = "0" });
        var token = _keystone.Token("p-1", ["reader"]);

        Assert.Equal(200, await app.ListAsync(token));
        _keystone.Revoke(token);

        Assert.Equal(401, await app.ListAsync(token));
    }

    [Fact]
    public async Task What_cannot_be_a_token_is_not_asked_about()
    {
        Assert.Equal(401, await _app.ListAsync(new string('a', 3000)));
        Assert.Equal(401, await _app.ListAsync("a b"));
        Assert.Equal(0, _keystone.Validations);
    }

    [Fact]
    public async Task A_path_that_is_open_to_all_asks_nobody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthcheck");
        request.Headers.Add("X-Auth-Token", _keystone.Token("p-1", ["reader"]));

        Assert.Equal(200, (await _app.SendAsync(request)).Status);
        Assert.Equal(0, _keystone.Validations);
    }

    [Fact]
    public async Task The_cache_keeps_no_more_than_it_may()
    {
        var time = new FakeTimeProvider();
        var cache = new TokenValidationCache(10, time);
        var answer = new CachedAnswer(new Caller("a-user", Role.Reader, "p-1"), time.GetUtcNow().UtcDateTime.AddSeconds(30));

        for (var number = 0; number < 100; number++)
        {
            await cache.GetAsync(TokenSecret.Hash($"token {number}"), () => Task.FromResult(answer), CancellationToken.None);
            Assert.InRange(cache.Count, 1, 10);
        }
    }

    [Fact]
    public Task A_question_that_failed_is_asked_again_and_one_who_left_does_not_end_it_for_others() =>
        // Outside the test's own context, which would put off what follows an answer, and which a request has not.
        Task.Run(async () =>
        {
            var cache = new TokenValidationCache(10, new FakeTimeProvider());
            var hash = TokenSecret.Hash("a token");
            var gate = new TaskCompletionSource<CachedAnswer>();
            using var left = new CancellationTokenSource();

            var first = cache.GetAsync(hash, () => gate.Task, left.Token);
            var second = cache.GetAsync(hash, () => throw new InvalidOperationException("asked twice"), CancellationToken.None);
            await left.CancelAsync();
            gate.SetException(new KeystoneUnavailableException("it is gone"));

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await Assert.ThrowsAsync<KeystoneUnavailableException>(() => second);
            Assert.Equal(0, cache.Count);
        });
}
