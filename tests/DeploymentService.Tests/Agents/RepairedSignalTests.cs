using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>A report whose meaning is clear is kept, however it is encoded, by whichever way it comes; the history says what was repaired.</summary>
public sealed class RepairedSignalTests
{
    private const string Bom = "byte order mark removed";
    private const string Replaced = "bytes that are not UTF-8 replaced with U+FFFD";
    private const string Numbers = "NaN and Infinity kept as text";
    private const string Surrogates = "lone surrogates replaced with U+FFFD";
    private const string Controls = "control characters escaped";
    private const string Padding = "NUL characters removed from the ends";
    private const string Deep = "values that nest deeper than 128 levels kept as text";

    private readonly Project _project = ServiceApp.NewProject();

    /// <summary>The ways of a report: with a token, and to the signed URL with both methods.</summary>
    public static TheoryData<string> Routes => ["token", "PUT", "POST"];

    public static TheoryData<byte[], string, string> Bodies => new()
    {
        { [0xEF, 0xBB, 0xBF, .. "{\"result\": \"é\"}"u8], "\"é\"", Bom },
        { [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. "{\"result\": 1}\n"u8], "1", Bom },
        { [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("{\"result\": \"é😀\"}")], "\"é😀\"", $"decoded from UTF-16; {Bom}" },
        { [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("{\"result\": \"é\"}")], "\"é\"", $"decoded from UTF-16BE; {Bom}" },
        { [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes("{\"result\": \"é\"}")], "\"é\"", $"decoded from UTF-32; {Bom}" },
        { [.. BigUtf32.Preamble, .. BigUtf32.GetBytes("{\"result\": \"é\"}")], "\"é\"", $"decoded from UTF-32BE; {Bom}" },
        { Encoding.Unicode.GetBytes("{\"result\": \"é\"}"), "\"é\"", "decoded from UTF-16" },
        { Encoding.BigEndianUnicode.GetBytes(" {\"result\": \"é\"}"), "\"é\"", "decoded from UTF-16BE" },
        { Encoding.UTF32.GetBytes("{\"result\": \"é\"}"), "\"é\"", "decoded from UTF-32" },
        { BigUtf32.GetBytes("{\"result\": \"é\"}"), "\"é\"", "decoded from UTF-32BE" },
        { [.. "{\"result\": \"caf"u8, 0xE9, .. "!\", \"b\": \""u8, 0xFF, 0xFE, .. "\"}"u8], "\"caf\uFFFD!\"", Replaced },
        { [.. "{\"result\": \"a"u8, 0xED, 0xA0, 0x80, .. "\"}"u8], "\"a\uFFFD\uFFFD\uFFFD\"", Replaced },
        { [.. "{\"result\": \"cut "u8, 0xF0, 0x9F, 0x98, .. "\"}"u8], "\"cut \uFFFD\"", Replaced },
        { "{\"result\": NaN}"u8.ToArray(), "\"NaN\"", Numbers },
        { "{\"result\": [Infinity, -Infinity, {\"NaN\": NaN}, \"NaN\", \"\\\"NaN, -Infinity\"]}"u8.ToArray(), "[\"Infinity\",\"-Infinity\",{\"NaN\":\"NaN\"},\"NaN\",\"\\\"NaN, -Infinity\"]", Numbers },
        { "{\"unknown\": NaN, \"result\": -5}"u8.ToArray(), "-5", Numbers },
        { "{\"result\": \"\\udc80 \\ud83d\\ude00 \\ud83d\"}"u8.ToArray(), "\"\uFFFD 😀 \uFFFD\"", Surrogates },
        { "{\"result\": \"a\nb\tc\u0000d\\n\\\"\"}"u8.ToArray(), "\"a\\nb\\tc\\u0000d\\n\\\"\"", Controls },
        { "{\"result\": 1}\0\0\0\0"u8.ToArray(), "1", Padding },
        { "\0{\"result\": 1}\n\0\n"u8.ToArray(), "1", Padding },
        { Json(Nested(200)), $"\"{Nested(200)}\"", Deep },
        { Json(Nested(128)), $"\"{Nested(128)}\"", Deep },
        { Json("{\"a\": \"x\\n\\\"\", \"b\": " + Nested(130) + "}"), "\"{\\\"a\\\": \\\"x\\\\n\\\\\\\"\\\", \\\"b\\\": " + Nested(130) + "}\"", Deep },
        { [0xEF, 0xBB, 0xBF, .. "{\"result\": [NaN, \"\\ud83d"u8, 0xFF, .. "\n\"]}\0"u8], "[\"NaN\",\"\uFFFD\uFFFD\\n\"]", $"{Bom}; {Replaced}; {Padding}; {Numbers}; {Controls}; {Surrogates}" },
    };

    private static UTF32Encoding BigUtf32 => new(bigEndian: true, byteOrderMark: true);

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Its_outputs_are_kept_and_the_event_says_what_was_repaired(byte[] body, string result, string repairs)
    {
        foreach (var route in Routes)
        {
            var deployment = await ReportAsync(route, body);

            Assert.Equal("COMPLETE", deployment["status"]!.GetValue<string>());
            Assert.Equal("Outputs received", deployment["status_reason"]!.GetValue<string>());
            Assert.Equal(JsonText(result), JsonText(Result(deployment)));
            Assert.Equal($"Outputs received (The body was repaired: {repairs}.)", (await SignalEventAsync(deployment)).Reason());
        }
    }

    public static TheoryData<string, string> StrictBodies => new()
    {
        { "{\"result\": \"a\\u0000b\"}", "\"a\\u0000b\"" },
        { "{\"result\": 1, \"result\": {\"a\": 1, \"a\": 2}}", "{\"a\": 1, \"a\": 2}" },
        { "\r\n {\"result\": 1e9999999999} \t\n", "1e9999999999" },
        { "{\"result\": \"\uFFFD\uFEFF NaN\"}", "\"\uFFFD\uFEFF NaN\"" },
        { $"{{\"result\": {Nested(127)}}}", Nested(127) },
    };

    [Theory]
    [MemberData(nameof(StrictBodies))]
    public async Task What_is_json_already_is_kept_to_the_letter(string body, string result)
    {
        foreach (var route in Routes)
        {
            var deployment = await ReportAsync(route, Encoding.UTF8.GetBytes(body));

            Assert.Contains($"\"result\":{result},", Shown[deployment["id"]!.GetValue<string>()], StringComparison.Ordinal);
            Assert.Equal("Outputs received", (await SignalEventAsync(deployment)).Reason());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    [InlineData("\0")]
    [InlineData("\uFEFF")]
    [InlineData("null")]
    public async Task Nothing_is_an_empty_report(string body)
    {
        foreach (var route in Routes)
        {
            var deployment = await ReportAsync(route, Encoding.UTF8.GetBytes(body));

            Assert.Equal("COMPLETE", deployment["status"]!.GetValue<string>());
            Assert.Null(Result(deployment));
        }
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("multipart/form-data; boundary=a")]
    public async Task The_announced_type_does_not_count_where_the_body_is_clear(string contentType)
    {
        foreach (var route in Routes)
        {
            var deployment = await ReportAsync(route, "{\"result\": 1}"u8.ToArray(), contentType);

            Assert.Equal("1", Result(deployment)!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("NaN", "NaN")]
    [InlineData("-Infinity", "-Infinity")]
    [InlineData("1e9999999999", "1e9999999999")]
    [InlineData("-1E+99999999999999999999", "-1E+99999999999999999999")]
    [InlineData("\"1\\ud83d\"", "1\uFFFD")]
    [InlineData("\"\\u0000\"", "\uFFFD")]
    public async Task A_status_code_beyond_numbers_is_a_failure(string code, string text)
    {
        foreach (var route in Routes)
        {
            var deployment = await ReportAsync(route, Encoding.UTF8.GetBytes($$"""{"deploy_status_code": {{code}}}"""));

            Assert.Equal("FAILED", deployment["status"]!.GetValue<string>());
            Assert.Equal($"deploy_status_code : Deployment exited with non-zero status code: {text}", deployment["status_reason"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("0e9999999999")]
    [InlineData("-0.0e-99999999999999999999")]
    [InlineData("1e-9999999999")]
    public async Task A_status_code_that_is_zero_to_python_is_a_success(string code)
    {
        var deployment = await ReportAsync("PUT", Encoding.UTF8.GetBytes($$"""{"deploy_status_code": {{code}}}"""));

        Assert.Equal("COMPLETE", deployment["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_nested_status_code_beyond_the_limit_is_a_failure()
    {
        var deployment = await ReportAsync("PUT", Encoding.UTF8.GetBytes($$"""{"deploy_status_code": {{Nested(130)}}}"""));

        Assert.Equal("FAILED", deployment["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Nesting_has_no_end()
    {
        var deployment = await ReportAsync("PUT", Json(Nested(1_000_000)));

        Assert.Equal(Nested(1_000_000), Result(deployment)!.GetValue<string>());
    }

    [Fact]
    public async Task A_long_reason_leaves_room_for_what_was_repaired()
    {
        var deployment = await ReportAsync("PUT", Encoding.UTF8.GetBytes($$"""{"deploy_status_code": "{{new string('x', 2000)}}", "a": NaN}"""));

        var reason = (await SignalEventAsync(deployment)).Reason()!;
        Assert.Equal(1000, reason.Length);
        Assert.EndsWith($"xx… (The body was repaired: {Numbers}.)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_changes_nothing_says_it_too()
    {
        var id = await NewAsync("late");
        // Fetched, it stays with the agent after its end.
        await (await Agent.OfAsync(_project, "late")).EntryAsync();
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        await SendAsync("PUT", "late", id, "{\"result\": NaN}"u8.ToArray(), "application/json");

        var late = Assert.Single(await _project.HistoryAsync(id), evt => evt.Kind() == "late");
        Assert.Equal($"The deployment was at its end already: the report changed nothing. (The body was repaired: {Numbers}.)", late.Reason());
    }

    public static TheoryData<byte[]> Unclear =>
    [
        "{"u8.ToArray(),
        "[NaN]"u8.ToArray(),
        "[]"u8.ToArray(),
        "NaN"u8.ToArray(),
        "\"text\""u8.ToArray(),
        "text"u8.ToArray(),
        "{\"a\": nan}"u8.ToArray(),
        "{\"a\": -NaN}"u8.ToArray(),
        "{'a': 1}"u8.ToArray(),
        "{\"a\": None}"u8.ToArray(),
        "{\"a\": 1} {\"a\": 2}"u8.ToArray(),
        "{\"a\": \"\\"u8.ToArray(),
        [.. "{\"a\": "u8, 0xFF, .. "}"u8],
        [0xFF, 0xFE, (byte)'{'],
        [0xFF, 0xFF, 0xFF, 0xFF],
        Encoding.UTF8.GetBytes(Nested(1000)),
        Encoding.UTF8.GetBytes(new string('[', 1_000_000)),
        Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 1_000_000) + "}"),
    ];

    [Theory]
    [MemberData(nameof(Unclear))]
    public async Task What_cannot_be_understood_is_refused_and_in_the_history(byte[] body)
    {
        foreach (var route in Routes)
        {
            var server = $"server-{Guid.NewGuid():N}";
            var id = await NewAsync(server);

            var answer = await SendAsync(route, server, id, body, "application/json");

            answer.AssertRefused(400);
            Assert.StartsWith("The body", Assert.Single(await _project.HistoryAsync(id), evt => evt.Kind() == "refused").Reason(), StringComparison.Ordinal);
            Assert.Equal("IN_PROGRESS", (await _project.SendAsync("GET", $"software_deployments/{id}")).Json["software_deployment"]!["status"]!.GetValue<string>());
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_update_stays_strict(byte[] body, string result, string repairs)
    {
        _ = (result, repairs);
        var id = await NewAsync("strict");

        var outputs = (byte[])[.. body.AsSpan(..body.AsSpan().IndexOf((byte)'{')), .. "{\"output_values\": "u8, .. body.AsSpan(body.AsSpan().IndexOf((byte)'{')..), (byte)'}'];
        (await BytesAsync("PUT", $"/v1/{_project.Id}/software_deployments/{id}", outputs, "application/json", withToken: true)).AssertRefused(400);
    }

    private Dictionary<string, string> Shown { get; } = [];

    private static byte[] Json(string result) => Encoding.UTF8.GetBytes($"{{\"result\": {result}}}");

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);

    private static JsonNode? Result(JsonNode deployment) => deployment["output_values"]!["result"];

    private static string JsonText(JsonNode? value) => value!.ToJsonString();

    private static string JsonText(string json) => JsonNode.Parse(json)!.ToJsonString();

    private async Task<string> NewAsync(string server) => await _project.DeploymentAsync(
        server, await _project.ConfigAsync("""{"name": "a-config", "group": "script", "outputs": [{"name": "result"}]}"""));

    /// <summary>The deployment after a report.</summary>
    private async Task<JsonNode> ReportAsync(string route, byte[] body, string contentType = "application/json")
    {
        var server = $"server-{Guid.NewGuid():N}";
        var id = await NewAsync(server);
        var answer = await SendAsync(route, server, id, body, contentType);
        Assert.True(answer.Status == 200, answer.Text);
        Shown[id] = (await _project.SendAsync("GET", $"software_deployments/{id}")).Text;
        return JsonNode.Parse(Shown[id], documentOptions: new() { MaxDepth = 256 })!["software_deployment"]!;
    }

    private async Task<Answer> SendAsync(string route, string server, string id, byte[] body, string contentType) => route == "token"
        ? await BytesAsync("POST", $"/v1/{_project.Id}/software_deployments/{id}/signal", body, contentType, withToken: true)
        : await BytesAsync(route, Agent.SignalUrl(await (await Agent.OfAsync(_project, server)).EntryAsync()), body, contentType, withToken: false);

    private async Task<Answer> BytesAsync(string method, string address, byte[] body, string contentType, bool withToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (withToken)
        {
            request.Headers.Add("X-Auth-Token", await _project.MemberTokenAsync());
        }

        return await _project.App.SendAsync(request);
    }

    private async Task<JsonNode> SignalEventAsync(JsonNode deployment) =>
        Assert.Single(await _project.HistoryAsync(deployment["id"]!.GetValue<string>()), evt => evt.Kind() == "signal");
}
