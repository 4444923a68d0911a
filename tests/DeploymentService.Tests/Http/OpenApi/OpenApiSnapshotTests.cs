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
        if (answer.Text.TrimEnd() != (await File.ReadAllTextAsync(approved)).TrimEnd())
        {
            await File.WriteAllTextAsync(received, answer.Text.TrimEnd() + "\n");
            Assert.Fail($"The OpenAPI document has changed. Compare the two files; if the change is meant, approve it:\n  mv {received} {approved}");
        }

        File.Delete(received);
    }
}
