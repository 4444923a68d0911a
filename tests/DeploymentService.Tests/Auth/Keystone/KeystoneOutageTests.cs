namespace DeploymentService.Tests.Auth.Keystone;

/// <summary>What becomes of requests while Keystone does not answer as it should.</summary>
public sealed class KeystoneOutageTests : IAsyncLifetime
{
    private FakeKeystone _keystone = null!;

    public async Task InitializeAsync() => _keystone = await FakeKeystone.StartedAsync();

    public async Task DisposeAsync() => await _keystone.DisposeAsync();

    [Fact]
    public async Task While_keystone_is_gone_known_tokens_go_on_and_others_are_told_to_try_again()
    {
        await using var app = _keystone.Service();
        var (known, unknown) = (_keystone.Token("p-1", ["reader"]), _keystone.Token("p-1", ["reader"]));
        Assert.Equal(200, await app.ListAsync(known));

        await _keystone.StopAsync();
        Assert.Equal(200, await app.ListAsync(known));
        var answer = await app.SendAsync("GET", "p-1", "software_configs", unknown);
        Assert.Equal(503, answer.Status);
        Assert.Equal("2", answer.Headers["retry-after"]);
        Assert.Contains("Keystone", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", answer.Text, StringComparison.Ordinal);

        await _keystone.StartAsync();
        Assert.Equal(200, await app.ListAsync(unknown));
    }

    [Fact]
    public async Task The_service_starts_without_keystone_and_signs_in_when_it_is_there()
    {
        await _keystone.StopAsync();
        await using var app = _keystone.Service();
        var token = _keystone.Token("p-1", ["reader"]);
        Assert.Equal(503, await app.ListAsync(token));

        await _keystone.StartAsync();

        Assert.Equal(200, await app.ListAsync(token));
    }

    [Fact]
    public async Task A_keystone_that_is_slow_makes_nobody_wait_for_long()
    {
        await using var app = _keystone.Service(new() { ["Keystone:TimeoutMilliseconds"] = "200" });
        var gate = new TaskCompletionSource();
        _keystone.Gate = gate.Task;
        var token = _keystone.Token("p-1", ["reader"]);

        Assert.Equal(503, await app.ListAsync(token));

        gate.SetResult();
        Assert.Equal(200, await app.ListAsync(token));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(403)]
    public async Task A_keystone_that_cannot_say_is_no_reason_for_a_401(int status)
    {
        await using var app = _keystone.Service();
        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        _keystone.Status = status;

        Assert.Equal(503, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
    }

    [Fact]
    public async Task A_keystone_that_fails_often_is_left_alone_for_a_while()
    {
        await using var app = _keystone.Service();
        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        _keystone.Status = 500;

        for (var request = 0; request < 10; request++)
        {
            Assert.Equal(503, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        }

        // Three attempts a request would be 30.
        Assert.InRange(_keystone.Validations, 4, 15);
    }

    [Fact]
    public async Task A_refused_sign_in_of_the_service_itself_is_a_503()
    {
        await using var app = _keystone.Service(new() { ["Keystone:Password"] = "wrong" });

        Assert.Equal(503, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        Assert.Equal(0, _keystone.Validations);
    }

    [Fact]
    public async Task The_services_own_token_is_renewed_before_it_ends()
    {
        _keystone.OwnLife = TimeSpan.FromSeconds(100);
        await using var app = _keystone.Service();
        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));

        _keystone.Time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        Assert.Equal(1, _keystone.SignIns);

        _keystone.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        Assert.Equal((2, 3), (_keystone.SignIns, _keystone.Validations));
    }

    [Fact]
    public async Task The_services_own_token_is_renewed_once_when_keystone_refuses_it()
    {
        await using var app = _keystone.Service();
        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        _keystone.ForgetOwn();

        Assert.Equal(200, await app.ListAsync(_keystone.Token("p-1", ["reader"])));
        Assert.Equal((2, 3), (_keystone.SignIns, _keystone.Validations));
    }
}
