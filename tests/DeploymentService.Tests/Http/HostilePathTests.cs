using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>Paths and queries as no well-meant client writes them: nothing breaks, and nothing leads into another project.</summary>
public sealed class HostilePathTests
{
    private const string Treasure = "what-only-the-other-project-may-see";

    private static readonly Project Own = ServiceApp.NewProject();
    private static readonly Project Other = ServiceApp.NewProject();

    private static readonly Lazy<Task<string>> Foreign = new(() => Other.DeploymentAsync(Treasure));

    public static TheoryData<string> Segments { get; } =
    [
        "..", "%2e%2e", ".%2e", "..%2f..", "%2e%2e%2f", "..;", "..%5c", "\\..\\", "%252e%252e", "%c0%ae%c0%ae", "....//", "%2F", "%2f%2f", "/", "//", ".", "%2e",
        "%00", "x%00", "%ff", "%c3%28", "%ed%a0%80", "%u0041", "%", "%%", "%zz", "%2", "%0a", "%0d%0aX-Injected:%20yes", "%09", "%7f", "%e2%80%ae", "%f0%9f%98%80", "%e2%80%8b",
        ";", "a;b=c", "?", "?x=y", "*", "'", "%27%20OR%20%271%27=%271", "%22", "%3B%20DROP%20TABLE%20access_tokens", "-1", "0", "null", "{id}", "%7bid%7d", "$", "~", "@", "!", "+", "a+b", "%20",
        "<script>", "metadata", "metadata/", "METADATA", "_search", "3d5ec2a8-7004-43b6-a7f6-542bdbe9d434",
    ];

    [Theory]
    [MemberData(nameof(Segments))]
    public Task A_strange_id_is_an_unknown_one(string segment) => AssertHarmlessAsync(segment);

    [Theory]
    [InlineData(300)]
    [InlineData(5000)]
    [InlineData(9000)]
    [InlineData(40_000)]
    public Task A_long_id_is_an_unknown_one(int length) => AssertHarmlessAsync(new string('a', length));

    [Theory]
    [InlineData("/v1/{0}/../{1}/software_deployments", 403)]
    [InlineData("/v1/{0}/%2e%2e/{1}/software_deployments", 403)]
    [InlineData("/v1/{0}/software_deployments/../../{1}/software_deployments", 403)]
    [InlineData("/v1/{0}/software_deployments/metadata/../../../{1}/software_deployments/metadata/" + Treasure, 403)]
    [InlineData("/v1/{1}/../{0}/software_deployments", 200)]
    [InlineData("/v1/{0}%2f..%2f{1}/software_deployments", 404)]
    [InlineData("/v1/{0}%00{1}/software_deployments", 400)]
    [InlineData("/v1/{0};{1}/software_deployments", 404)]
    [InlineData("/v1/{0}\\..\\{1}/software_deployments", 404)]
    [InlineData("//v1//{1}//software_deployments", 403)]
    [InlineData("/v1.0/{1}/software_deployments", 403)]
    [InlineData("/V1/{1}/SOFTWARE_DEPLOYMENTS/", 403)]
    [InlineData("http://127.0.0.1/v1/{1}/software_deployments", 403)]
    public async Task No_spelling_of_a_path_leads_into_another_project(string path, int status)
    {
        await Foreign.Value;

        var answer = await GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Own.Id, Other.Id));

        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain(Treasure, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("é")]
    [InlineData("%61bc")]
    [InlineData("a%2fb")]
    [InlineData("a%00")]
    [InlineData("'--")]
    [InlineData("😀")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_malformed_project_is_not_found_whoever_asks(string project)
    {
        foreach (var token in new[] { ServiceApp.AdminToken, await Own.MemberTokenAsync(), "nobody" })
        {
            foreach (var method in new[] { "GET", "POST", "PATCH" })
            {
                var path = $"/v1/{Uri.EscapeDataString(project)}/software_deployments";
                var answer = await Own.App.SendRawAsync(method, path, [$"X-Auth-Token: {token}"]);
                answer.AssertRefused(404);
            }
        }
    }

    [Fact]
    public async Task An_id_of_any_spelling_comes_back_in_the_message_but_never_as_a_header()
    {
        var answer = await GetAsync($"/v1/{Own.Id}/software_deployments/%0d%0aX-Injected:%20yes");

        Assert.Equal("Deployment with id \r\nX-Injected: yes not found", answer.AssertRefused(404));
        Assert.DoesNotContain("x-injected", answer.Headers.Keys);
    }

    private static async Task AssertHarmlessAsync(string segment)
    {
        await Foreign.Value;
        string[] targets =
        [
            $"GET /v1/{Own.Id}/software_deployments/{segment}", $"PUT /v1/{Own.Id}/software_deployments/{segment}", $"DELETE /v1/{Own.Id}/software_deployments/{segment}",
            $"GET /v1/{Own.Id}/software_configs/{segment}", $"DELETE /v1/{Own.Id}/software_configs/{segment}", $"GET /v1/{Own.Id}/software_deployments/metadata/{segment}",
            $"GET /v1/{segment}/software_deployments", $"GET /{segment}", $"DELETE /v1/{Own.Id}/tokens/{segment}",
            $"GET /v1/{Own.Id}/software_deployments?limit=1&marker={segment}", $"GET /v1/{Own.Id}/software_deployments?server_id={segment}",
            $"GET /v1/{Own.Id}/software_configs?marker={segment}", $"GET /v1/{Own.Id}/software_configs?limit={segment}", $"GET /v1/{Own.Id}/software_configs?global_tenant={segment}",
        ];
        foreach (var target in targets)
        {
            var space = target.IndexOf(' ', StringComparison.Ordinal);
            var answer = await Own.App.SendRawAsync(
                target[..space], target[(space + 1)..], [$"X-Auth-Token: {await Own.MemberTokenAsync()}"], target[0] == 'P' ? "{}"u8.ToArray() : null);

            Assert.True(answer.Status is >= 200 and < 500, $"{answer.Status} of {target}");
            Assert.DoesNotContain(Treasure, answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("x-injected", answer.Headers.Keys);
            if (answer.Status >= 400 && answer.Text.Length > 0)
            {
                answer.AssertRefused(answer.Status);
            }
        }
    }

    private static async Task<Answer> GetAsync(string path) => await Own.App.SendRawAsync("GET", path, [$"X-Auth-Token: {await Own.MemberTokenAsync()}"]);
}
