using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth.Sessions;

/// <summary>Signing in with a token's name and secret, as at a Keystone.</summary>
public sealed class SignInTests
{
    private const string MemberName = "member-of-a-test";
    private readonly ServiceApp _app = ServiceApp.Shared;
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_answer_describes_the_session_as_keystone_does()
    {
        var answer = await _app.SignInAsync(MemberName, await _project.MemberTokenAsync());

        Assert.Equal(201, answer.Status);
        var token = answer.Json["token"]!;
        Assert.Equal("password", Text(token["methods"]![0]));
        Assert.Equal(MemberName, Text(token["user"]!["name"]));
        Assert.Equal("Default", Text(token["user"]!["domain"]!["name"]));
        Assert.Equal(_project.Id, Text(token["project"]!["id"]));
        Assert.Equal(_project.Id, Text(token["project"]!["name"]));
        Assert.Equal("default", Text(token["project"]!["domain"]!["id"]));
        Assert.Equal("member", Text(Assert.Single(token["roles"]!.AsArray())!["name"]));
        Assert.Equal(22, Text(Assert.Single(token["audit_ids"]!.AsArray())).Length);
        Assert.False(token["is_domain"]!.GetValue<bool>());
        var issued = Text(token["issued_at"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", issued);
        Assert.Equal(TimeSpan.FromHours(1), Time(Text(token["expires_at"])) - Time(issued));
    }

    [Fact]
    public async Task The_catalogue_has_one_service_and_the_address_that_the_client_used()
    {
        var answer = await _app.SignInAsync(MemberName, await _project.MemberTokenAsync());

        var service = Assert.Single(answer.Json["token"]!["catalog"]!.AsArray())!;
        Assert.Equal("orchestration", Text(service["type"]));
        var endpoints = service["endpoints"]!.AsArray();
        Assert.Equal(["public", "internal", "admin"], endpoints.Select(endpoint => Text(endpoint!["interface"])));
        Assert.All(endpoints, endpoint => Assert.Equal("RegionOne", Text(endpoint!["region"])));
        using var client = _app.CreateDefaultClient();
        Assert.All(endpoints, endpoint => Assert.Equal($"{client.BaseAddress}v1/{_project.Id}", Text(endpoint!["url"])));
    }

    [Fact]
    public async Task A_session_may_do_what_its_token_may()
    {
        var session = (await _app.SignInAsync(MemberName, await _project.MemberTokenAsync())).Session();

        var answer = await _project.SendAsync("POST", "software_configs", """{"name": "by-session"}""", session);

        Assert.Equal(200, answer.Status);
        Assert.Equal(403, await _app.TryAsync(session, ServiceApp.NewProject().Id));
    }

    [Fact]
    public async Task A_session_of_an_agent_is_bound_to_its_server()
    {
        var session = (await _app.SignInAsync("agent-of-a-test", await _project.TokenAsync("agent", "its-server"))).Session();

        Assert.Equal(200, (await _project.SendAsync("GET", "software_deployments/metadata/its-server", token: session)).Status);
        Assert.Equal(403, (await _project.SendAsync("GET", "software_deployments/metadata/another", token: session)).Status);
    }

    [Fact]
    public async Task The_users_id_is_as_good_as_its_name()
    {
        var secret = await _project.MemberTokenAsync();
        var id = Text((await _app.SignInAsync(MemberName, secret)).Json["token"]!["user"]!["id"]);

        var user = new JsonObject { ["id"] = id, ["password"] = secret };
        var identity = new JsonObject { ["methods"] = new JsonArray("password"), ["password"] = new JsonObject { ["user"] = user } };
        var answer = await _app.PostAsync(new JsonObject { ["auth"] = new JsonObject { ["identity"] = identity } }.ToJsonString());

        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task A_wrong_name_or_password_is_refused()
    {
        var secret = await _project.MemberTokenAsync();

        foreach (var (name, password) in new[] { ("reader-of-a-test", secret), (MemberName, "wrong"), (MemberName, ""), ("", secret) })
        {
            var answer = await _app.SignInAsync(name, password);
            Assert.Equal(401, answer.Status);
            Assert.Equal(401, answer.Json["error"]!["code"]!.GetValue<int>());
            Assert.Equal("Unauthorized", Text(answer.Json["error"]!["title"]));
            Assert.EndsWith("/v3\"", answer.Headers["www-authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_session_is_no_password()
    {
        var session = (await _app.SignInAsync(MemberName, await _project.MemberTokenAsync())).Session();

        Assert.Equal(401, (await _app.SignInAsync(MemberName, session)).Status);
    }

    [Fact]
    public async Task The_own_project_may_be_named_by_id_or_by_name_and_no_other()
    {
        var secret = await _project.MemberTokenAsync();

        Assert.Equal(201, (await _app.SignInAsync(MemberName, secret, Scope("id", _project.Id))).Status);
        Assert.Equal(201, (await _app.SignInAsync(MemberName, secret, Scope("name", _project.Id))).Status);
        Assert.Equal(201, (await _app.SignInAsync(MemberName, secret, "\"unscoped\"")).Status);
        Assert.Equal(401, (await _app.SignInAsync(MemberName, secret, Scope("id", "another"))).Status);
    }

    [Theory]
    [InlineData("""{"domain": {"name": "Default"}}""")]
    [InlineData("""{"domain": {"id": "default"}}""")]
    [InlineData("""{"domain": {"name": "Another"}}""")]
    [InlineData("\"unscoped\"")]
    [InlineData("""{"unscoped": {}}""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task A_domain_and_no_scope_come_to_the_tokens_own_project(string scope)
    {
        var secret = await _project.MemberTokenAsync();
        var answer = await _app.SignInAsync(MemberName, secret, scope);

        Assert.Equal(_project.Id, Text(answer.Json["token"]!["project"]!["id"]));
        Assert.Single(answer.Json["token"]!["catalog"]!.AsArray());
        Assert.Equal(200, await _app.TryAsync(answer.Session(), _project.Id));
        Assert.Equal(403, await _app.TryAsync(answer.Session(), "another"));
        Assert.Equal(201, (await _app.ExchangeAsync(secret, scope)).Status);
        Assert.Equal(401, (await _app.SignInAsync(MemberName, "wrong", scope)).Status);
    }

    [Theory]
    [InlineData("""{"system": {"all": true}}""", "There is no system scope here: leave the scope out.")]
    [InlineData("""{"system": {"all": true}, "project": {"id": "p"}}""", "There is no system scope here: leave the scope out.")]
    [InlineData("""{"OS-TRUST:trust": {"id": "1"}}""", "There are no trusts here: leave the scope out,")]
    [InlineData("""{"galaxy": {}}""", "There is no such scope here: leave it out,")]
    public async Task Another_scope_is_told_what_to_do_instead(string scope, string sentence)
    {
        foreach (var (name, secret) in new[] { (MemberName, await _project.MemberTokenAsync()), ("bootstrap", ServiceApp.AdminToken), (MemberName, "wrong") })
        {
            var answer = await _app.SignInAsync(name, secret, scope);

            Assert.Equal(401, answer.Status);
            Assert.StartsWith(sentence, answer.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_admin_may_sign_in_for_any_project()
    {
        var answer = await _app.SignInAsync("bootstrap", ServiceApp.AdminToken, Scope("name", _project.Id));

        Assert.Equal(_project.Id, Text(answer.Json["token"]!["project"]!["id"]));
        Assert.EndsWith($"/v1/{_project.Id}", Text(answer.Json["token"]!["catalog"]![0]!["endpoints"]![0]!["url"]), StringComparison.Ordinal);
        Assert.Equal(200, await _app.TryAsync(answer.Session(), _project.Id));
        Assert.Equal(401, (await _app.SignInAsync("bootstrap", ServiceApp.AdminToken, Scope("name", "no project"))).Status);
    }

    [Fact]
    public async Task A_token_and_a_session_can_be_exchanged_for_a_session()
    {
        var first = await _app.ExchangeAsync(await _project.MemberTokenAsync());
        var second = await _app.ExchangeAsync(first.Session());

        Assert.Equal("token", Text(second.Json["token"]!["methods"]![0]));
        Assert.Equal(200, await _app.TryAsync(second.Session(), _project.Id));
        // Or who steals a session could keep it alive for ever.
        Assert.Equal(Text(first.Json["token"]!["expires_at"]), Text(second.Json["token"]!["expires_at"]));
        Assert.Equal(401, (await _app.ExchangeAsync("dst_nothing")).Status);
    }

    [Theory]
    [InlineData("{}", "auth: is required")]
    [InlineData("""{"auth": {}}""", "auth.identity: is required")]
    [InlineData("""{"auth": {"identity": {}}}""", "auth.identity.methods: is required")]
    [InlineData("""{"auth": {"identity": {"methods": ["password"], "password": {}}}}""", "auth.identity.password.user: is required")]
    [InlineData("""{"auth": {"identity": {"methods": "password"}, "scope": []}}""", "auth.identity.methods: must be a list")]
    [InlineData("""{"auth": {"identity": {"methods": ["token"], "token": {"id": 1}}}}""", "auth.identity.token.id: must be a string")]
    [InlineData("""{"auth": {"identity": {"methods": ["password"]}, "scope": "everything"}}""", "auth.scope: must be an object")]
    [InlineData("""{"auth": {"identity": {"methods": ["password"]}, "scope": {"domain": "Default"}}}""", "auth.scope.domain: must be an object")]
    [InlineData("nonsense", "not valid JSON")]
    public async Task A_body_that_is_no_request_for_a_token_is_told_why(string body, string expected)
    {
        var answer = await _app.PostAsync(body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(400, answer.Json["error"]!["code"]!.GetValue<int>());
        Assert.Contains(expected, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"auth": {"identity": {"methods": ["password"]}}}""")]
    [InlineData("""{"auth": {"identity": {"methods": ["token"]}}}""")]
    public async Task A_method_without_its_proof_is_refused(string body) => Assert.Equal(401, (await _app.PostAsync(body)).Status);

    [Theory]
    [InlineData("""["application_credential"], "application_credential": {"id": "1", "secret": "dst_nothing"}""", "There are no application credentials here: ")]
    [InlineData("""["application_credential"], "application_credential": {"name": "ci", "secret": "x", "user": {"id": "1"}}""", "There are no application credentials here: ")]
    [InlineData("""["totp"], "totp": {"user": {"id": "1", "passcode": "123456"}}""", "There are no one-time passcodes here: ")]
    [InlineData("""["password", "totp"], "password": {"user": {"name": "ci", "password": "x"}}""", "There are no one-time passcodes here: ")]
    [InlineData("""["oauth1"], "oauth1": {}""", "There is no OAuth here: ")]
    [InlineData("""["mapped"], "mapped": {}""", "There is no federation here: ")]
    [InlineData("""["saml2"], "saml2": {}""", "There is no federation here: ")]
    [InlineData("""["openid"]""", "There is no federation here: ")]
    [InlineData("""["kerberos"]""", "There is no Kerberos here: ")]
    [InlineData("""["external"]""", "The web server recognises nobody here: ")]
    [InlineData("""["hw_assume_role"], "hw_assume_role": {"xrole_name": "a"}""", "There are no agencies here: ")]
    [InlineData("""["assume_role"]""", "There are no agencies here: ")]
    [InlineData("""["password", "token"]""", "One method at a time is supported here: ")]
    [InlineData("""["magic"]""", "There is no such method here: ")]
    public async Task Another_method_is_told_what_to_do_instead(string methods, string sentence)
    {
        var answer = await _app.PostAsync($$"""{"auth": {"identity": {"methods": {{methods}} } } }""");

        Assert.Equal(401, answer.Status);
        Assert.Equal(
            sentence + "sign in with the method password, the name of a token of this service as the user and its secret as the password.", answer.Message);
    }

    [Fact]
    public async Task The_region_of_the_catalogue_is_a_setting()
    {
        await using var app = new ServiceApp(new() { ["Authentication:Region"] = "eu-de" });

        var signedIn = await app.SignInAsync("bootstrap", ServiceApp.AdminToken);
        var shown = await app.AboutAsync("GET", signedIn.Session(), signedIn.Session());

        foreach (var answer in new[] { signedIn, shown })
        {
            Assert.All(answer.Json["token"]!["catalog"]![0]!["endpoints"]!.AsArray(), endpoint =>
                Assert.Equal(("eu-de", "eu-de"), (Text(endpoint!["region"]), Text(endpoint["region_id"]))));
        }
    }

    [Theory]
    [InlineData("/v3")]
    [InlineData("/v3/")]
    public async Task The_identity_api_names_its_version(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var answer = await _app.SendAsync(request);

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("v3.", Text(answer.Json["version"]!["id"]), StringComparison.Ordinal);
        Assert.EndsWith("/v3/", Text(answer.Json["version"]!["links"]![0]!["href"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_sign_in_there_is_nothing()
    {
        await using var app = new ServiceApp(new() { ["Authentication:SignIn"] = "false" });

        Assert.Equal(404, (await app.SignInAsync("bootstrap", ServiceApp.AdminToken)).Status);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/a-project/software_configs");
        Assert.DoesNotContain("/v3", (await app.SendAsync(request)).Headers["www-authenticate"], StringComparison.Ordinal);
    }

    private static string Scope(string key, string project) =>
        new JsonObject { ["project"] = new JsonObject { [key] = project, ["domain"] = new JsonObject { ["name"] = "Default" } } }.ToJsonString();

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
