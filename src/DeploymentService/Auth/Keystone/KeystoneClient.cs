using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeploymentService.Auth.Keystone;

/// <summary>The two requests that the service makes of Keystone. How they are repeated and given up is in <see cref="KeystoneSetup"/>.</summary>
public sealed class KeystoneClient(IHttpClientFactory clients, KeystoneOptions options)
{
    /// <summary>The name of the client in the factory.</summary>
    public const string ClientName = "keystone";

    /// <summary>Signs the service's own user in.</summary>
    /// <returns>The secret of its token, and what Keystone says of it.</returns>
    /// <exception cref="KeystoneUnavailableException">Keystone did not answer, or refused the service.</exception>
    public Task<(string Secret, KeystoneToken Token)> SignInAsync(CancellationToken cancellation) => AnsweredAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.AuthUrl + "/auth/tokens?nocatalog")
        {
            Content = new StringContent(Credentials(), System.Text.Encoding.UTF8, "application/json"),
        };
        using var client = clients.CreateClient(ClientName);
        using var answer = await client.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new KeystoneUnavailableException((int)answer.StatusCode is 401 or 403
                ? $"it answers the service's own sign-in with {(int)answer.StatusCode}: check Keystone:Username, Keystone:Password, Keystone:ProjectName and the domains"
                : $"it answers the service's own sign-in with {(int)answer.StatusCode}");
        }

        return (answer.Headers.GetValues("X-Subject-Token").First(), await ReadAsync(answer, cancellation));
    });

    /// <summary>Asks about a token.</summary>
    /// <param name="secret">The token: visible ASCII characters.</param>
    /// <param name="own">The service's own token.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What Keystone says; the token is null when Keystone knows none, and <c>IsRefused</c> when it does not take <paramref name="own"/> any more.</returns>
    /// <exception cref="KeystoneUnavailableException">Keystone did not answer, or does not let the service ask.</exception>
    public Task<(KeystoneToken? Token, bool HasErrors)> ValidateAsync(string secret, string own, CancellationToken cancellation) => AnsweredAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, options.AuthUrl + "/auth/tokens?nocatalog");
        request.Headers.Add("X-Auth-Token", own);
        request.Headers.Add("X-Subject-Token", secret);
        using var client = clients.CreateClient(ClientName);
        using var answer = await client.SendAsync(request, cancellation);
        return (int)answer.StatusCode switch
        {
            200 => ((KeystoneToken?)await ReadAsync(answer, cancellation), false),
            401 => (null, true),
            400 or 404 => (null, false),
            403 => throw new KeystoneUnavailableException("it does not let the service validate tokens: give the user of Keystone:Username the role admin or service in Keystone:ProjectName"),
            var status => throw new KeystoneUnavailableException($"it answers {status}"),
        };
    });

    /// <summary>Whatever keeps an answer from coming becomes one kind of fault.</summary>
    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is HttpRequestException or Polly.ExecutionRejectedException or OperationCanceledException
            or JsonException or InvalidOperationException)
        {
            throw new KeystoneUnavailableException(exception is OperationCanceledException ? "it does not answer in time" : exception.Message, exception);
        }
    }

    private static async Task<KeystoneToken> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        var envelope = await JsonSerializer.DeserializeAsync(body, KeystoneJsonContext.Default.KeystoneTokenEnvelope, cancellation);
        return envelope?.Token is { User.Name: not null } token ? token : throw new JsonException("its answer describes no token");
    }

    private string Credentials() => new JsonObject
    {
        ["auth"] = new JsonObject
        {
            ["identity"] = new JsonObject
            {
                ["methods"] = new JsonArray("password"),
                ["password"] = new JsonObject
                {
                    ["user"] = new JsonObject
                    {
                        ["name"] = options.Username,
                        ["password"] = options.Password,
                        ["domain"] = new JsonObject { ["name"] = options.UserDomainName },
                    },
                },
            },
            ["scope"] = new JsonObject
            {
                ["project"] = new JsonObject { ["name"] = options.ProjectName, ["domain"] = new JsonObject { ["name"] = options.ProjectDomainName } },
            },
        },
    }.ToJsonString();
}

/// <summary>Keystone cannot be asked now, so nobody knows whether a token is good.</summary>
/// <param name="reason">Why, for the log: the end of a sentence about Keystone. Never a secret.</param>
/// <param name="inner">What happened.</param>
public sealed class KeystoneUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);
