using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Idempotency;

/// <summary>Requests with the header <c>Idempotency-Key</c>.</summary>
public static class Keys
{
    /// <summary>A key that no other request has.</summary>
    public static string New() => Guid.NewGuid().ToString();

    /// <summary>A POST with a key.</summary>
    public static Task<Answer> PostAsync(this Project project, string key, string path, string? body) =>
        project.SendWithAsync(("Idempotency-Key", key), "POST", path, body);

    /// <summary>Everything of two answers that is not about the request itself.</summary>
    public static void AssertSame(Answer first, Answer again)
    {
        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        string[] ofTheRequest = ["date", "x-openstack-request-id"];
        Assert.Equal(
            first.Headers.Where(header => !ofTheRequest.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal),
            again.Headers.Where(header => !ofTheRequest.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal));
    }

    /// <summary>The only sentence that says what to do about a key that is taken.</summary>
    public static void AssertTaken(Answer answer) => Assert.Equal(
        "The Idempotency-Key was used for another request: send a new key, or the first request again, byte for byte.", answer.AssertRefused(409));
}
