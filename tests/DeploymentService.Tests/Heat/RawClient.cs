using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Heat;

/// <summary>Sends a request as it is written: the path unfolded, no header more than asked for, no redirection followed.</summary>
public static class RawClient
{
    private static readonly HttpMessageInvoker Http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Where the shared application listens.</summary>
    public static string Address { get; } = FindAddress();

    /// <summary>Sends a request and reads the whole answer.</summary>
    public static async Task<Answer> SendAsync(string method, string path, IReadOnlyDictionary<string, string> headers, byte[]? body)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address + path, in asWritten));
        request.Content = body is null ? null : new ByteArrayContent(body);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Http.SendAsync(request, CancellationToken.None);
        var received = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(",", header.Value));
        return new((int)response.StatusCode, received, await response.Content.ReadAsStringAsync());
    }

    private static string FindAddress()
    {
        using var client = ServiceApp.Shared.CreateDefaultClient();
        return client.BaseAddress!.GetLeftPart(UriPartial.Authority);
    }
}
