using DeploymentService.Auth.Keystone;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth.Keystone;

/// <summary>What callers may do whose tokens are Keystone's.</summary>
public sealed class KeystoneRoleTests : IAsyncLifetime
{
    private const string Project = "7c1f0d3b8f5e4a0e9b6d2c4a1e8f0b3d";
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

    [Theory]
    [InlineData("reader", 200, 403, 403)]
    [InlineData("member", 200, 200, 403)]
    [InlineData("Member", 200, 200, 403)]
    [InlineData("admin", 200, 200, 403)]
    [InlineData("reader,admin", 200, 200, 403)]
    [InlineData("heat_stack_user,reader", 200, 403, 403)]
    [InlineData("unheard_of", 403, 403, 403)]
    public async Task The_strongest_mapped_role_counts(string roles, int read, int write, int elsewhere)
    {
        var token = _keystone.Token(Project, roles.Split(','));

        Assert.Equal(read, (await SendAsync("GET", Project, "software_configs", token)).Status);
        Assert.Equal(write, (await SendAsync("POST", Project, "software_configs", token, "{}")).Status);
        Assert.Equal(elsewhere, (await SendAsync("GET", "another", "software_configs", token)).Status);
    }

    [Fact]
    public async Task A_server_is_removed_where_the_service_has_no_tokens_too()
    {
        var member = _keystone.Token(Project, ["member"]);
        var config = (await SendAsync("POST", Project, "software_configs", member, "{}")).Json["software_config"]!["id"]!;
        await SendAsync("POST", Project, "software_deployments", member, $$"""{"config_id": "{{config}}", "server_id": "s-0"}""");

        Assert.Equal(204, (await SendAsync("DELETE", Project, "servers/s-0?deployments=fail", member)).Status);

        Assert.DoesNotContain("s-0", (await SendAsync("GET", Project, "servers", member)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_user_makes_no_server_by_asking_for_one_that_has_nothing()
    {
        var token = _keystone.Token(Project, ["heat_stack_user"]);
        var member = _keystone.Token(Project, ["member"]);
        var config = (await SendAsync("POST", Project, "software_configs", member, "{}")).Json["software_config"]!["id"]!;
        await SendAsync("POST", Project, "software_deployments", member, $$"""{"config_id": "{{config}}", "server_id": "s-1"}""");
        foreach (var server in (string[])["s-1", "invented-1", "invented-2"])
        {
            Assert.Equal(200, (await SendAsync("GET", Project, $"software_deployments/metadata/{server}", token)).Status);
        }

        var servers = (await SendAsync("GET", Project, "servers", member)).Json["servers"]!.AsArray();

        var known = Assert.Single(servers)!;
        Assert.Equal("s-1", known["server_id"]!.GetValue<string>());
        Assert.NotNull(known["last_fetch_time"]);
    }

    [Fact]
    public async Task A_stack_user_has_the_metadata_and_the_signals_of_every_server_and_nothing_else()
    {
        var token = _keystone.Token(Project, ["heat_stack_user"]);
        var member = _keystone.Token(Project, ["member"]);
        var config = (await SendAsync("POST", Project, "software_configs", member, "{}")).Json["software_config"]!["id"]!;
        var made = await SendAsync("POST", Project, "software_deployments", member, $$"""{"config_id": "{{config}}", "server_id": "s-1"}""");
        var deployment = made.Json["software_deployment"]!["id"]!;

        var metadata = await SendAsync("GET", Project, "software_deployments/metadata/s-1", token);

        Assert.Equal(200, metadata.Status);
        Assert.Single(metadata.Json["metadata"]!.AsArray());
        Assert.Equal(200, (await SendAsync("POST", Project, $"software_deployments/{deployment}/signal", token, "{}")).Status);
        Assert.Equal(403, (await SendAsync("POST", Project, $"software_deployments/{deployment}/run", token)).Status);
        Assert.Equal(403, (await SendAsync("POST", Project, "servers/s-1/agent_url", token)).Status);
        Assert.Equal(403, (await SendAsync("GET", Project, $"software_deployments/{deployment}", token)).Status);
        Assert.Equal(403, (await SendAsync("PUT", Project, $"software_deployments/{deployment}", token, """{"status": "COMPLETE"}""")).Status);
        Assert.Equal(403, (await SendAsync("GET", Project, "software_deployments", token)).Status);
        Assert.Equal(403, (await SendAsync("GET", Project, "build_info", token)).Status);
        Assert.Equal(403, (await SendAsync("GET", "another", "software_deployments/metadata/s-1", token)).Status);
    }

    [Fact]
    public async Task Without_a_project_even_an_admin_may_do_nothing()
    {
        var token = _keystone.Token(project: null, roles: []);

        Assert.Equal(403, (await SendAsync("GET", Project, "software_configs", token)).Status);
    }

    [Theory]
    // The answers to a look at the token's project, if it has one, and at another.
    [InlineData(true, "admin", """{"is_admin_project": true}""", 200, 200)]
    [InlineData(true, "admin", """{"is_admin_project": false}""", 200, 403)]
    [InlineData(true, "admin", """{"is_admin_project": null}""", 200, 403)]
    [InlineData(true, "admin", "{}", 200, 403)]
    [InlineData(true, "member", """{"is_admin_project": true}""", 200, 403)]
    [InlineData(true, "reader", """{"is_admin_project": true}""", 200, 403)]
    [InlineData(true, "heat_stack_user", """{"is_admin_project": true}""", 403, 403)]
    [InlineData(true, "admin", """{"system": {"all": false}}""", 200, 403)]
    [InlineData(false, "admin", """{"system": {"all": true}}""", 200, 200)]
    [InlineData(false, "reader,admin", """{"system": {"all": true}}""", 200, 200)]
    [InlineData(false, "admin", """{"system": {"all": false}}""", 403, 403)]
    [InlineData(false, "admin", """{"system": {}}""", 403, 403)]
    [InlineData(false, "admin", """{"system": null}""", 403, 403)]
    [InlineData(false, "member", """{"system": {"all": true}}""", 403, 403)]
    [InlineData(false, "reader", """{"system": {"all": true}}""", 403, 403)]
    [InlineData(false, "admin", """{"domain": {"id": "default", "name": "Default"}}""", 403, 403)]
    [InlineData(false, "admin", """{"is_admin_project": true}""", 403, 403)]
    [InlineData(false, "admin", "{}", 403, 403)]
    public async Task An_admin_of_all_projects_is_one_whom_keystone_calls_so(bool hasProject, string roles, string more, int own, int elsewhere)
    {
        var token = _keystone.Token(hasProject ? Project : null, roles.Split(','), more: System.Text.Json.Nodes.JsonNode.Parse(more)!.AsObject());

        Assert.Equal(own, (await SendAsync("GET", Project, "software_configs", token)).Status);
        Assert.Equal(elsewhere, (await SendAsync("GET", "another", "software_configs", token)).Status);
        Assert.Equal(elsewhere, (await SendAsync("POST", "another", "software_configs", token, "{}")).Status);
    }

    [Fact]
    public void A_role_may_have_several_names()
    {
        var map = new RoleMap(["admin", "cloud_admin"], ["member"], ["reader"], ["agent"]);

        Assert.Equal(DeploymentService.Storage.Model.Role.Admin, map.Strongest(["reader", "Cloud_Admin"]));
        Assert.Equal(DeploymentService.Storage.Model.Role.StackUser, map.Strongest(["agent"]));
        Assert.Equal(DeploymentService.Storage.Model.Role.None, map.Strongest([]));
    }

    [Fact]
    public async Task A_token_that_keystone_does_not_know_is_told_where_keystone_is()
    {
        var answer = await SendAsync("GET", Project, "software_configs", "gAAAAA-nothing");

        Assert.Equal(401, answer.Status);
        Assert.Equal($"Keystone uri=\"{_keystone.Address}\"", answer.Headers["www-authenticate"]);
    }

    [Fact]
    public async Task A_bearer_token_is_as_good()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{Project}/software_configs");
        request.Headers.Authorization = new("Bearer", _keystone.Token(Project, ["reader"]));

        Assert.Equal(200, (await _app.SendAsync(request)).Status);
    }

    [Fact]
    public async Task The_services_own_tokens_and_its_sign_in_are_not_there()
    {
        var admin = _keystone.Token(Project, ["admin"]);

        Assert.Equal(404, (await SendAsync("GET", Project, "tokens", admin)).Status);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/auth/tokens");
        Assert.Equal(404, (await _app.SendAsync(request)).Status);
        Assert.Equal(401, (await SendAsync("GET", Project, "software_configs", ServiceApp.AdminToken)).Status);
        Assert.False(File.Exists(Path.Combine(_app.Folder, "admin.token")));
    }

    private Task<Answer> SendAsync(string method, string project, string path, string token, string? body = null) =>
        _app.SendAsync(method, project, path, token, body);
}
