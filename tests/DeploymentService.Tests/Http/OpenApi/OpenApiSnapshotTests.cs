using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The document changes only when somebody has looked at the change.</summary>
public sealed class OpenApiSnapshotTests
{
    [Fact]
    public async Task The_service_serves_the_approved_document()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/swagger/v1/swagger.json");
        var answer = await ServiceApp.Shared.SendAsync(request);
        var approved = ApprovedDocument.PathOf("openapi.approved.json");
        var received = ApprovedDocument.PathOf("openapi.received.json");

        Assert.Equal(200, answer.Status);
        var text = Everywhere(answer.Text.TrimEnd());
        if (text != (await File.ReadAllTextAsync(approved)).TrimEnd())
        {
            await File.WriteAllTextAsync(received, text + "\n");
            Assert.Fail($"The OpenAPI document has changed. Compare the two files; if the change is meant, approve it:\n  mv {received} {approved}");
        }

        File.Delete(received);
    }

    /// <summary>The document without what depends on where the service runs, and on the commit that it was built from.</summary>
    private static string Everywhere(string document)
    {
        var root = JsonNode.Parse(document)!;
        return document
            .Replace($"\"{root["info"]!["version"]}\"", "\"1.0.0\"", StringComparison.Ordinal)
            .Replace($"\"{root["servers"]![0]!["url"]}\"", "\"http://127.0.0.1:8004\"", StringComparison.Ordinal);
    }
}
