using System.Text.Json;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Secrets;

/// <summary>What a reader gets of input and output values, and what everybody else gets.</summary>
public sealed class SecretValueTests
{
    private const string Mask = "••••";
    private static readonly string[] RandomNames = ["foo", "password", "a \"token\"", "ключ", "api_key", "kéy", "secret\n"];
    private readonly Project _project = ServiceApp.NewProject();

    public static TheoryData<string, string> Values => new()
    {
        // By their names, at any depth. What is no secret keeps its bytes.
        { """{"admin_password": "S3", "db_pass": "S3", "DB_PWD": "S3", "cred": "S3", "n": 1.0}""", """{"admin_password": "•", "db_pass": "•", "DB_PWD": "•", "cred": "•", "n": 1.0}""" },
        { """{"settings": {"a": [ {"deep": {"dbPassword" : "S3", "x": 12345678901234567890}}]}}""", """{"settings": {"a": [ {"deep": {"dbPassword" : "•", "x": 12345678901234567890}}]}}""" },
        { """{"a": {"secrets": {"b": "S3", "c": ["S3"]}, "pass\u0077ord": 123, "token": true, "key": null}}""", """{"a": {"secrets": "•", "pass\u0077ord": "•", "token": "•", "key": null}}""" },
        { """{"compass": "n", "keyboard": "k", "monkey": "m", "author": "a", "passenger": "p"}""", """{"compass": "n", "keyboard": "k", "monkey": "m", "author": "a", "passenger": "p"}""" },
        // Named beside their value.
        { """{"env": [{"value": "S3", "name": "DB_PASSWORD"}, {"name": "HOME", "value": "/root"}]}""", """{"env": [{"value": "•", "name": "DB_PASSWORD"}, {"name": "HOME", "value": "/root"}]}""" },
        { """{"list": [{"name": "x", "hidden": true, "default": {"token": "S3", "y": "S3"}}]}""", """{"list": [{"name": "x", "hidden": true, "default": "•"}]}""" },
        // JSON in a text, and in a text of that.
        { """{"json": "{\"password\":\"S3\",\"n\":1.0}"}""", """{"json": "{\"password\":\"•\",\"n\":1.0}"}""" },
        { """{"json": "[1, {\"a\": \"{\\\"pwd\\\": \\\"S3\\\"}\"}]"}""", """{"json": "[1, {\"a\": \"{\\\"pwd\\\": \\\"•\\\"}\"}]"}""" },
        { """{"cut": "{\"user\": \"u\", \"password\": \"S3\", "}""", """{"cut": "{\"user\": \"u\", \"password\": \"•\", "}""" },
        { """{"python": "{'password': 'S3', 'user': 'u'}"}""", """{"python": "{'password': '•', 'user': 'u'}"}""" },
        // In URLs.
        { """{"u": "https://h/c/o?temp_url_sig=S3&temp_url_expires=1"}""", """{"u": "https://h/c/o?temp_url_sig=•&temp_url_expires=1"}""" },
        { """{"u": "see https://h/o?sv=1&sig=S3%2B, and https://h?x=1&Signature=S3&y=2"}""", """{"u": "see https://h/o?sv=1&sig=• and https://h?x=1&Signature=•&y=2"}""" },
        { """{"u": ["https:\/\/h\/o?X-Amz-Credential=S3&X-Amz-Date=d&X-Amz-Signature=S3"]}""", """{"u": ["https://h/o?X-Amz-Credential=•&X-Amz-Date=d&X-Amz-Signature=•"]}""" },
        { """{"u": "https://user:S3@host:8080/path?q=1"}""", """{"u": "https://user:•@host:8080/path?q=1"}""" },
        { """{"u": "mysql://u:S3@S3@h/db ldap://u:S3/S3@h https://S3@h/x ssh://git@h:22/r"}""", """{"u": "mysql://u:•@h/db ldap://u:•@h https://•@h/x ssh://git@h:22/r"}""" },
        { """{"u": "http://h:8080/@v2 http://[::1]:80/x http://h/a:b"}""", """{"u": "http://h:8080/@v2 http://[::1]:80/x http://h/a:b"}""" },
        { """{"u": "http://h/signal/p/d/1/S3_S3-S3", "v": "/agent/p/c2VydmVy/2-0/S3", "w": "http://h/signal/p/d/12-3/S3"}""", """{"u": "http://h/signal/p/d/1/•", "v": "/agent/p/c2VydmVy/2-0/•", "w": "http://h/signal/p/d/12-3/•"}""" },
        // In texts.
        { """{"out": "a=1\nDB_PASSWORD=S3\nif token == x; then y=2; fi"}""", """{"out": "a=1\nDB_PASSWORD=•\nif token == x; then y=2; fi"}""" },
        { """{"out": "Server=h;Password=S3;Timeout=5"}""", """{"out": "Server=h;Password=•;Timeout=5"}""" },
        { """{"out": "password = \"S3 S3\" # why\npassword => 'S3',"}""", """{"out": "password = \"•\" # why\npassword => '•',"}""" },
        { """{"out": "user: u\n  db_password: S3 S3\nThe token: is missing"}""", """{"out": "user: u\n  db_password: •\nThe token: is missing"}""" },
        { """{"out": "curl -H \"X-Auth-Token: S3\" -H 'Authorization: Basic S3' http://h"}""", """{"out": "curl -H \"X-Auth-Token: •\" -H 'Authorization: •' http://h"}""" },
        { """{"out": "-----BEGIN RSA PRIVATE KEY-----\nS3\n-----END RSA PRIVATE KEY-----\n"}""", """{"out": "-----BEGIN RSA PRIVATE KEY-----•-----END RSA PRIVATE KEY-----\n"}""" },
        { """{"out": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n\nS3\n-----END RSA PRIVATE KEY-----\n"}""", """{"out": "-----BEGIN RSA PRIVATE KEY-----•-----END RSA PRIVATE KEY-----\n"}""" },
        // Over several lines.
        { """{"out": "db:\n  password: |\n    S3\n\n    S3\n  user: u"}""", """{"out": "db:\n  password: •\n  user: u"}""" },
        { """{"out": "password: >-\r\n  S3\r\nuser: u"}""", """{"out": "password: •\r\nuser: u"}""" },
        { """{"out": "result : password: |\n S3\nx"}""", """{"out": "result : password: •\nx"}""" },
        { """{"out": "passwords:\n  - S3\n  - S3"}""", """{"out": "passwords:•"}""" },
        { """{"out": "passwords:\n- S3\n- S3\nuser: u"}""", """{"out": "passwords:•\nuser: u"}""" },
        { """{"out": "- credentials:\n    x: S3\n- user: u\npassword:\nuser: u\npassword:"}""", """{"out": "- credentials:•\n- user: u\npassword:\nuser: u\npassword:"}""" },
        { """{"out": "{\n \"credentials\": {\n  \"a\": [\"S3}\"]\n },\n \"b\": 1,\n"}""", """{"out": "{\n \"credentials\": •,\n \"b\": 1,\n"}""" },
        { """{"out": "x = 1\nsecrets = [\n  S3,\n"}""", """{"out": "x = 1\nsecrets = •"}""" },
        // In what programs say, are called with, and print as tables and elements.
        { """{"out": "Generated admin password: S3\n2026 INFO db_password: S3.\nNew password: S3 for root"}""", """{"out": "Generated admin password: •\n2026 INFO db_password: •\nNew password: • for root"}""" },
        { """{"out": "sent Authorization: Bearer S3\nx {user: u, password: S3, n: 1} {password: 'S3'}"}""", """{"out": "sent Authorization: •\nx {user: u, password: •, n: 1} {password: '•'}"}""" },
        { """{"out": "+ mysql --user u --password S3 -e x\n+ y --api-key 'S3 S3' --token --verbose z"}""", """{"out": "+ mysql --user u --password • -e x\n+ y --api-key • --token --verbose z"}""" },
        { """{"out": "+ curl -u user:S3 http://h"}""", """{"out": "+ curl -u user:• http://h"}""" },
        { """{"out": "+-----------+------+\n| adminPass | S3   |\n| name      | n    |"}""", """{"out": "+-----------+------+\n| adminPass | •   |\n| name      | n    |"}""" },
        { """{"out": "<a><password>S3</password><user>u</user></a> x -> y | z"}""", """{"out": "<a><password>•</password><user>u</user></a> x -> y | z"}""" },
        { """{"out": "[db]\npassword = S3 S3\nuser = u u\nPASSWORD=S3\\ S3 x"}""", """{"out": "[db]\npassword = •\nuser = u u\nPASSWORD=• x"}""" },
        { """{"u": "http://h/?u=http%3A%2F%2Fh%2Fsignal%2Fp%2Fd%2F1%2FS3&x=1"}""", """{"u": "http://h/?u=http%3A%2F%2Fh%2Fsignal%2Fp%2Fd%2F1%2F•&x=1"}""" },
        { """{"out": "[INFO] 12:30 == done = {", "empty": "", "sign": "=", "other": ":", "lone": "password="}""", """{"out": "[INFO] 12:30 == done = {", "empty": "", "sign": "=", "other": ":", "lone": "password="}""" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_reader_gets_no_secret_and_a_member_every_byte(string sent, string shown)
    {
        shown = shown.Replace("•", Mask, StringComparison.Ordinal);
        var config = await _project.ConfigAsync();
        var answer = await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server", "input_values": {{sent}}}""");
        Assert.Equal(200, answer.Status);
        var id = answer.Json["software_deployment"]!["id"]!.GetValue<string>();
        await _project.UpdateAsync(id, $$"""{"output_values": {{sent}}}""");
        var reader = await _project.TokenAsync("reader");

        foreach (var path in new[] { $"software_deployments/{id}", "software_deployments", "software_deployments?server_id=a-server", $"software_deployments?detail=true&config_id={config}" })
        {
            var forMember = await _project.SendAsync("GET", path);
            var forReader = await _project.SendAsync("GET", path, token: reader);

            foreach (var values in new[] { "output_values", "input_values" })
            {
                Assert.Contains($"\"{values}\":{sent}", forMember.Text, StringComparison.Ordinal);
                Assert.Contains($"\"{values}\":{shown}", forReader.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task What_must_not_be_on_a_screen_is_told_by_its_names_and_masked_for_whoever_asks_for_that()
    {
        var config = await _project.ConfigAsync("""{"name": "c", "group": "script", "config": "x", "inputs": [{"name": "declared", "hidden": "True"}]}""");
        const string inputs = """{"a": {"db_pass": "S3", "plain": 1}, "declared": "S3", "url": "https://u:S3@h", "list": [{"x": 1}, "sig=S3"]}""";
        var created = await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "s", "input_values": {{inputs}}}""");
        var id = created.Json["software_deployment"]!["id"]!.GetValue<string>();
        await _project.UpdateAsync(id, """{"output_values": {"admin_password": "S3", "deploy_stdout": "fine"}}""");

        foreach (var path in new[] { $"software_deployments/{id}?detail=true&values=masked", "software_deployments?detail=true&values=masked" })
        {
            var answer = await _project.SendAsync("GET", path);
            var shown = (answer.Json["software_deployments"]?[0] ?? answer.Json["software_deployment"])!;

            Assert.DoesNotContain("S3", answer.Text, StringComparison.Ordinal);
            Assert.Equal(["db_pass", "declared", "list", "url"], Names(shown["hidden_inputs"]));
            Assert.Equal(["admin_password"], Names(shown["hidden_outputs"]));
            Assert.Equal("fine", shown["output_values"]!["deploy_stdout"]!.GetValue<string>());
        }

        Assert.Contains("S3", (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true&values=TRUE")).Text, StringComparison.Ordinal);
        Assert.Null((await _project.SendAsync("GET", $"software_deployments/{id}?values=false")).Json["software_deployment"]!["input_values"]);
        string[] shapes = ["", "?values=masked", "?values=false", "?detail=true", "?detail=true&values=masked", "?detail=true&values=false"];
        var tags = await Task.WhenAll(shapes.Select(async shape => (await _project.SendAsync("GET", $"software_deployments/{id}{shape}")).Headers["etag"]));
        Assert.Equal(shapes.Length, tags.Distinct().Count());
        (await _project.SendAsync("GET", $"software_deployments/{id}?values=some")).AssertRefused(400);
        (await _project.SendAsync("GET", "software_deployments?values=some")).AssertRefused(400);
    }

    [Fact]
    public async Task The_names_are_a_setting()
    {
        await using var app = new ServiceApp(new() { ["Secrets:Names"] = "pin" });
        var project = new Project(app);
        var config = await project.ConfigAsync();
        await project.SendAsync("POST", "software_deployments", $$$"""{"config_id": "{{{config}}}", "server_id": "s", "input_values": {"doorPin": "1", "password": "2"}}""");

        var answer = await project.SendAsync("GET", "software_deployments", token: await project.TokenAsync("reader"));

        Assert.Contains($$"""{"doorPin": "{{Mask}}", "password": "2"}""", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_the_values_are_nothing_breaks_and_nothing_is_left()
    {
        var random = new Random(4711);
        var config = await _project.ConfigAsync();
        var reader = await _project.TokenAsync("reader");
        var values = new JsonObject();
        for (var number = 0; number < 1000; number++)
        {
            values[$"v{number}"] = RandomValue(random, depth: 0);
        }

        var created = await _project.SendAsync("POST", "software_deployments", new JsonObject { ["config_id"] = config, ["server_id"] = "s", ["input_values"] = values }.ToJsonString());
        Assert.Equal(200, created.Status);

        var answer = await _project.SendAsync("GET", "software_deployments", token: reader);

        var shown = answer.Json["software_deployments"]![0]!["input_values"]!.AsObject();
        Assert.DoesNotContain("S3CRET", answer.Text, StringComparison.Ordinal);
        Assert.Equal(values.Select(value => value.Key), shown.Select(value => value.Key));
        Assert.Equal(values.ToJsonString().Split("PLAIN").Length, shown.ToJsonString().Split("PLAIN").Length);
    }

    [Fact]
    public async Task Nesting_and_size_have_a_limit_that_is_never_reached()
    {
        var config = await _project.ConfigAsync();
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 60)) + "{\"token\":\"S3\"}" + string.Concat(Enumerable.Repeat("]}", 60));
        var text = deep;
        for (var depth = 0; depth < 6; depth++)
        {
            text = $$"""{"t":{{JsonSerializer.Serialize(text)}}}""";
        }

        var signs = string.Concat(Enumerable.Repeat("x=://[{\\\"' : ", 20_000));
        var values = new JsonObject { ["deep"] = JsonNode.Parse(deep, documentOptions: new() { MaxDepth = 200 }), ["text"] = text, ["signs"] = signs, ["deeper"] = new string('[', 2000) + new string(']', 2000) };
        var created = await _project.SendAsync("POST", "software_deployments", new JsonObject { ["config_id"] = config, ["server_id"] = "s", ["input_values"] = values }.ToJsonString(new() { MaxDepth = 200 }));
        Assert.Equal(200, created.Status);

        var answer = await _project.SendAsync("GET", "software_deployments", token: await _project.TokenAsync("reader"));

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("S3", answer.Text, StringComparison.Ordinal);
        Assert.Contains($"\"signs\":{values["signs"]!.ToJsonString()}", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>A value in which every secret is S3CRET and stands where it can be known, and every PLAIN is none.</summary>
    private static JsonNode? RandomValue(Random random, int depth)
    {
        switch (random.Next(depth > 3 ? 5 : 8))
        {
            case 0:
                return random.Next(3) == 0 ? null : random.NextDouble();
            case 1:
                return random.Next(2) == 0;
            case 2:
                return "PLAIN \"quoted\" \\ é 😀 \u0001";
            case 3:
                return "https://PLAIN:S3CRET@h/?a=PLAIN&sig=S3CRET";
            case 4:
                return "PLAIN\nDB_PASS=S3CRET\nPLAIN: x";
            case 5:
                return new JsonArray(RandomValue(random, depth + 1), RandomValue(random, depth + 1));
            case 6:
                // At most so deep in each other as anybody looks.
                return depth > 2 ? "{}" : RandomObject(random, depth + 1).ToJsonString();
            default:
                return RandomObject(random, depth + 1);
        }
    }

    private static JsonObject RandomObject(Random random, int depth)
    {
        var value = new JsonObject();
        foreach (var name in RandomNames.Where(_ => random.Next(2) == 0))
        {
            var isSecret = name is not ("foo" or "ключ" or "kéy");
            value[name] = isSecret ? new JsonArray("S3CRET") : RandomValue(random, depth + 1);
        }

        return value;
    }

    private static IEnumerable<string> Names(JsonNode? names) => names!.AsArray().Select(name => name!.GetValue<string>());
}
