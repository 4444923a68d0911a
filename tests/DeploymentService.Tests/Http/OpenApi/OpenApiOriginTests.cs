using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The document says where the service is and which build of it answers, and describes times as the service is set to write them.</summary>
public sealed class OpenApiOriginTests
{
    [Fact]
    public async Task The_server_is_the_address_that_the_document_was_asked_at()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/swagger/v1/swagger.json") { Headers = { Host = "heat.example.com:8443" } };

        var document = (await ServiceApp.Shared.SendAsync(request)).Json;

        Assert.Equal("http://heat.example.com:8443", Assert.Single(document["servers"]!.AsArray())!["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_server_is_the_public_address_where_there_is_one()
    {
        await using var app = new ServiceApp(new() { ["PublicUrl"] = "https://heat.example.com/orchestration" });

        var document = await DocumentAsync(app);

        Assert.Equal("https://heat.example.com/orchestration", Assert.Single(document["servers"]!.AsArray())!["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_version_is_that_of_the_build()
    {
        var document = await DocumentAsync(ServiceApp.Shared);
        var build = await ServiceApp.NewProject().SendAsync("GET", "build_info");

        Assert.Equal(build.Json["api"]!["revision"]!.GetValue<string>(), document["info"]!["version"]!.GetValue<string>());
    }

    [Fact]
    public async Task Times_without_a_zone_are_not_called_date_times()
    {
        await using var app = new ServiceApp(new() { ["Api:TimestampSuffix"] = "none" });

        var time = (await DocumentAsync(app))["components"]!["schemas"]!["DeploymentView"]!["properties"]!["updated_time"]!;

        Assert.Null(time["format"]);
        Assert.Matches(time["pattern"]!.GetValue<string>(), "2026-11-23T13:26:51");
    }

    [Fact]
    public async Task A_service_without_sign_in_does_not_describe_it()
    {
        await using var app = new ServiceApp(new() { ["Authentication:SignIn"] = "false" });

        var document = await DocumentAsync(app);

        Assert.DoesNotContain(document["paths"]!.AsObject(), path => path.Key.StartsWith("/v3", StringComparison.Ordinal));
        Assert.DoesNotContain(document["tags"]!.AsArray(), tag => tag!["name"]!.GetValue<string>() == "Sign-in");
    }

    private static async Task<JsonNode> DocumentAsync(ServiceApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/swagger/v1/swagger.json");
        return (await app.SendAsync(request)).Json;
    }
}
