using System.Text;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Auth;

/// <summary>Tokens: how they are carried, made, shown, and how they end.</summary>
public sealed class TokenTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("X-Auth-Token: $TOKEN")]
    [InlineData("x-auth-token: $TOKEN")]
    [InlineData("Authorization: Bearer $TOKEN")]
    [InlineData("authorization: bearer   $TOKEN  ")]
    [InlineData("Authorization: Basic $BASIC")]
    [InlineData("Authorization: BASIC $BASIC")]
    [InlineData("X-Auth-Token: \r\nAuthorization: Bearer $TOKEN")]
    [InlineData("X-Auth-Token: $TOKEN\r\nAuthorization: Bearer nobody")]
    public async Task A_token_is_taken_from_each_of_the_places(string headers) => Assert.Equal(200, (await ListAsync(headers)).Status);

    [Theory]
    [InlineData("")]
    [InlineData("X-Auth-Token: ")]
    [InlineData("X-Auth-Token: nobody")]
    [InlineData("X-Auth-Token: $TOKEN, $TOKEN")]
    [InlineData("X-Auth-Token: $TOKEN\r\nX-Auth-Token: $TOKEN")]
    [InlineData("X-Auth-Token: $TOKENx")]
    [InlineData("X-Auth-Token: Bearer $TOKEN")]
    [InlineData("X-Auth-Token: nobody\r\nAuthorization: Bearer $TOKEN")]
    [InlineData("X-Auth-Token: ' OR 1=1 --")]
    [InlineData("Authorization: ")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Bearer ")]
    [InlineData("Authorization: $TOKEN")]
    [InlineData("Authorization: Token $TOKEN")]
    [InlineData("Authorization: Basic")]
    [InlineData("Authorization: Basic ")]
    [InlineData("Authorization: Basic $TOKEN")]
    [InlineData("Authorization: Basic !!!!")]
    [InlineData("Authorization: Basic /////w==")]
    [InlineData("Authorization: Basic Og==")]
    [InlineData("Authorization: Basic YWRtaW4=")]
    [InlineData("Authorization: Digest username=\"x\"")]
    [InlineData("X-Subject-Token: $TOKEN")]
    [InlineData("Cookie: X-Auth-Token=$TOKEN")]
    public async Task Anything_else_is_nobody(string headers) => (await ListAsync(headers)).AssertRefused(401);

    [Fact]
    public async Task A_very_long_token_is_nobody() => (await ListAsync($"X-Auth-Token: {new string('x', 20_000)}")).AssertRefused(401);

    [Fact]
    public async Task A_token_in_the_query_is_not_one()
    {
        var answer = await _project.App.SendRawAsync("GET", $"/v1/{_project.Id}/software_configs?token={await _project.MemberTokenAsync()}&X-Auth-Token={ServiceApp.AdminToken}");

        answer.AssertRefused(401);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_by_the_next_request()
    {
        var create = await _project.SendAsync("POST", "tokens", """{"name": "soon gone", "role": "member"}""", ServiceApp.AdminToken);
        var (id, secret) = (create.String("token", "id"), create.String("token", "secret"));
        Assert.Equal(200, (await _project.SendAsync("GET", "software_configs", token: secret)).Status);

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"tokens/{id}", token: ServiceApp.AdminToken)).Status);

        (await _project.SendAsync("GET", "software_configs", token: secret)).AssertRefused(401);
        Assert.Equal($"Token with id {id} not found", (await _project.SendAsync("DELETE", $"tokens/{id}", token: ServiceApp.AdminToken)).AssertRefused(404));
    }

    [Fact]
    public async Task A_token_is_revoked_in_its_own_project_only()
    {
        var create = await _project.SendAsync("POST", "tokens", """{"name": "stays", "role": "member"}""", ServiceApp.AdminToken);

        (await ServiceApp.NewProject().SendAsync("DELETE", $"tokens/{create.String("token", "id")}", token: ServiceApp.AdminToken)).AssertRefused(404);

        Assert.Equal(200, (await _project.SendAsync("GET", "software_configs", token: create.String("token", "secret"))).Status);
    }

    [Fact]
    public async Task The_secret_is_in_the_answer_to_the_creation_and_nowhere_else()
    {
        var create = await _project.SendAsync("POST", "tokens", """{"name": "n", "role": "agent", "server_id": "s", "expires_in": 60}""", ServiceApp.AdminToken);
        var secret = create.String("token", "secret")!;
        Assert.Equal(
            ["creation_time", "expiry_time", "id", "last_used_time", "name", "project_id", "role", "secret", "server_id"],
            create.Json["token"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));

        var list = await _project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken);

        Assert.DoesNotContain(secret, list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", list.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(create.String("token", "id"), list.String("tokens", 0, "id"));
        var admins = await _project.App.SendRawAsync("GET", "/v1/admin/tokens", [$"X-Auth-Token: {ServiceApp.AdminToken}"]);
        Assert.Equal("bootstrap", admins.String("tokens", 0, "name"));
        Assert.DoesNotContain(ServiceApp.AdminToken, admins.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "name", "role")]
    [InlineData("""{"name": "", "role": "Member"}""", "name", "role")]
    [InlineData("""{"name": 5, "role": 2, "expires_in": "60"}""", "name", "role", "expires_in")]
    [InlineData("""{"name": "n", "role": "agent"}""", "server_id")]
    [InlineData("""{"name": "n", "role": "member", "server_id": "s"}""", "server_id")]
    [InlineData("""{"name": "n", "role": "heat_stack_user", "expires_in": 0}""", "role", "expires_in")]
    [InlineData("""{"name": "n", "role": "3", "expires_in": -1}""", "role", "expires_in")]
    [InlineData("""{"name": "n", "role": "reader", "expires_in": 1.5}""", "expires_in")]
    [InlineData("""{"name": "n", "role": "reader", "expires_in": 99999999999999999999}""", "expires_in")]
    [InlineData("""{"name": "n", "role": "reader", "expires_in": 9223372036854775807}""", "expires_in")]
    public async Task All_that_is_wrong_with_a_new_token_is_said_at_once(string body, params string[] fields)
    {
        var message = (await _project.SendAsync("POST", "tokens", body, ServiceApp.AdminToken)).AssertRefused(400);

        Assert.Equal(fields.Order(StringComparer.Ordinal), message.Split("; ").Select(fault => fault.Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Equal("""{"tokens":[]}""", (await _project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken)).Text);
    }

    [Fact]
    public async Task A_token_lives_as_many_seconds_as_it_was_given()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(clock));
        var project = new Project(app);
        var create = await project.SendAsync("POST", "tokens", """{"name": "n", "role": "reader", "expires_in": 60}""", ServiceApp.AdminToken);
        var secret = create.String("token", "secret");
        Assert.Equal("2026-11-23T13:00:00Z", create.String("token", "creation_time"));
        Assert.Equal("2026-11-23T13:01:00Z", create.String("token", "expiry_time"));

        clock.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal(200, (await project.SendAsync("GET", "software_configs", token: secret)).Status);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        (await project.SendAsync("GET", "software_configs", token: secret)).AssertRefused(401);
        var list = await project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken);
        Assert.Equal("2026-11-23T13:00:59Z", list.String("tokens", 0, "last_used_time"));
    }

    private async Task<Answer> ListAsync(string headers)
    {
        var token = await _project.MemberTokenAsync();
        var filled = headers.Replace("$TOKEN", token, StringComparison.Ordinal)
            .Replace("$BASIC", Convert.ToBase64String(Encoding.UTF8.GetBytes("any:" + token)), StringComparison.Ordinal);
        return await _project.App.SendRawAsync("GET", $"/v1/{_project.Id}/software_configs", filled.Length == 0 ? [] : [filled]);
    }
}
