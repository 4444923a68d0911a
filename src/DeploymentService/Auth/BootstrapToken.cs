using DeploymentService.Settings;

namespace DeploymentService.Auth;

/// <summary>The admin token of the setting <c>Authentication:BootstrapToken</c>: it comes, changes and goes with the setting, at each start.</summary>
public sealed partial class BootstrapToken(TokenStore store, AuthenticationOptions options, TimeProvider time, ILogger<BootstrapToken> logger)
{
    /// <summary>The id of its row. It is known by this id alone, so that a token that somebody makes may have any name. A migration has it too: it never changes.</summary>
    public const string Id = "b0075742-0000-4000-8000-000000000001";

    private const string Name = "bootstrap";

    /// <summary>Makes the token what the setting says.</summary>
    /// <param name="tokens">All tokens and sessions that there are.</param>
    /// <exception cref="SettingsException">The setting is the secret of another token, or is gone though no other admin could get in.</exception>
    public async Task FollowSettingAsync(IReadOnlyList<AccessToken> tokens)
    {
        var current = tokens.FirstOrDefault(token => token is { Id: Id, ParentId: null, ProjectId: FirstToken.Project });
        if (options.BootstrapToken is { } secret)
        {
            await PutAsync(tokens, current, secret);
        }
        else if (current is not null)
        {
            await RemoveAsync(tokens, current);
        }
    }

    private async Task PutAsync(IReadOnlyList<AccessToken> tokens, AccessToken? current, string secret)
    {
        var hash = TokenSecret.Hash(secret);
        var same = tokens.FirstOrDefault(token => token.SecretHash.AsSpan().SequenceEqual(hash));
        if (same is not null && same == current)
        {
            return;
        }

        if (same is not null)
        {
            throw Refused(
                $"is also the secret of {(same.ParentId is null ? "the" : "a session of the")} token '{same.Name}' of the project {same.ProjectId}",
                "use a secret of its own, such as that of openssl rand -hex 32");
        }

        // Another secret is another token: the sessions of the old one end.
        await store.PutAsync(new AccessToken
        {
            ProjectId = FirstToken.Project,
            Id = Id,
            Name = Name,
            Role = Role.Admin,
            SecretHash = hash,
            CreationTime = time.GetUtcNow().UtcDateTime,
        });
        Log.FollowsSetting(logger);
    }

    private async Task RemoveAsync(IReadOnlyList<AccessToken> tokens, AccessToken current)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (tokens.Any(token => token.ParentId is null && token.Role == Role.Admin && token != current && !(token.ExpiryTime <= now)))
        {
            await store.RevokeAsync(current.ProjectId, current.Id);
            Log.Revoked(logger);
        }
        else if (options.Mode == AuthenticationMode.Tokens)
        {
            throw Refused(
                "was taken out, and its token is the only one of an admin",
                "put it back, make another admin with POST /v1/{project_id}/tokens and {\"name\": \"NAME\", \"role\": \"admin\"}, and take it out then");
        }
    }

    private static SettingsException Refused(string what, string repair) =>
        new([SettingsReader.Sentence(AuthenticationOptions.BootstrapTokenKey, what, repair)]);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The admin token is the one in Authentication:BootstrapToken")]
        public static partial void FollowsSetting(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "Authentication:BootstrapToken was taken out: its token and the sessions of it are revoked")]
        public static partial void Revoked(ILogger logger);
    }
}
