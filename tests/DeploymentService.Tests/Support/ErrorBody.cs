using System.Text.Json.Nodes;

namespace DeploymentService.Tests.Support;

/// <summary>What every refusal must look like.</summary>
public static class ErrorBody
{
    /// <summary>Checks the status and the whole shape of an error, and answers its message.</summary>
    public static string AssertRefused(this Answer answer, int status)
    {
        Assert.True(answer.Status == status, $"{answer.Status} instead of {status}: {Start(answer.Text)}");
        answer.AssertHasRequestId();
        Assert.Equal("application/json", answer.Headers["content-type"]);
        var body = answer.Json.AsObject();
        var error = body["error"]!.AsObject();
        if (status == 401)
        {
            Assert.Equal(["error"], body.Select(member => member.Key));
            Assert.Equal(["code", "title", "message"], error.Select(member => member.Key));
            Assert.Equal(401, error["code"]!.GetValue<int>());
            Assert.StartsWith("Keystone uri=\"http", answer.Headers["www-authenticate"], StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(["code", "error", "explanation", "title"], body.Select(member => member.Key).Order(StringComparer.Ordinal));
            Assert.Equal(["message", "traceback", "type"], error.Select(member => member.Key).Order(StringComparer.Ordinal));
            Assert.Equal(status, body["code"]!.GetValue<int>());
            Assert.NotEmpty(body["title"]!.GetValue<string>());
            Assert.NotEmpty(body["explanation"]!.GetValue<string>());
            Assert.NotEmpty(error["type"]!.GetValue<string>());
            Assert.Null(error["traceback"]);
        }

        Assert.NotEmpty(answer.Message);
        return answer.Message;
    }

    /// <summary>Checks the id by which an answer is found in the log.</summary>
    public static void AssertHasRequestId(this Answer answer) =>
        Assert.Matches("^req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", answer.Headers["x-openstack-request-id"]);

    /// <summary>The kind of fault, for programs.</summary>
    public static string Type(this Answer answer) => ((JsonObject)answer.Json["error"]!)["type"]!.GetValue<string>();

    private static string Start(string text) => text.Length <= 500 ? text : text[..500];
}
