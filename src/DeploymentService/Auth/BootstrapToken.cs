using DeploymentService.Settings;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>The admin token of the setting <c>Authentication:BootstrapToken</c>: it comes, changes and goes with the setting, at each start.</summary>
public sealed partial class BootstrapToken(
    IDatabaseReader reader, IWriteEngine engine, TokenStore store, AuthenticationOptions options, TimeProvider time, ILogger<BootstrapToken> logger)
{
    /// <summary>The id of its row. It is known by this id alone, so that a token that somebody makes may have any name. A migration has it too: it never changes.</summary>
    public const string Id = "b0075742-0000-4000-8000-000000000001";

    private const string Name = "bootstrap";

    /// <summary>True where there has to be an admin token and the setting gives none.</summary>
    public bool IsNeededOtherwise => options is { Mode: AuthenticationMode.Tokens, BootstrapToken: null };

    /// <summary>Looks whether the token can follow the setting.</summary>
    /// <exception cref="SettingsException">The setting is the secret of another token, or there is none though nobody else could get in.</exception>
    public async Task CheckAsync()
    {
        if (options.BootstrapToken is { } secret)
        {
            await RefuseSecretOfAnotherAsync(TokenSecret.Hash(secret));
        }
        else if (options.Mode == AuthenticationMode.Tokens && !await IsAnotherAdminAsync())
        {
            if (await CurrentAsync() is not null)
            {
                throw Refused(
                    "was taken out, and its token is the only one of an admin",
                    "put it back, make another admin with POST /v1/{project_id}/tokens and {\"name\": \"NAME\", \"role\": \"admin\"}, and take it out then");
            }

            if (engine.IsShared)
            {
                // Several may start at once, and none has a file for a secret that all would know.
                throw Refused("is not set, and the database has no token of an admin", "set it to a secret of your own, such as that of openssl rand -hex 32, the same for all replicas");
            }
        }
    }

    /// <summary>Makes the token what the setting says.</summary>
    public async Task FollowSettingAsync()
    {
        var current = await CurrentAsync();
        if (options.BootstrapToken is { } secret)
        {
            var hash = TokenSecret.Hash(secret);
            if (current?.SecretHash.AsSpan().SequenceEqual(hash) != true)
            {
                // Another secret is another token: the sessions of the old one end.
                var token = new AccessToken
                {
                    ProjectId = FirstAdminToken.Project,
                    Id = Id,
                    Name = Name,
                    Role = Role.Admin,
                    SecretHash = hash,
                    CreationTime = time.GetUtcNow().UtcDateTime,
                };
                if (current is not null)
                {
                    await store.PutAsync(token, Actor.Service);
                }
                else if (!await store.AddAsync(token, Actor.Service))
                {
                    // Another replica started at the same time, usually with the same setting.
                    await FollowSettingAsync();
                    return;
                }

                Log.FollowsSetting(logger);
            }
        }
        else if (current is not null && await IsAnotherAdminAsync())
        {
            await store.RevokeAsync(FirstAdminToken.Project, Id, Actor.Service);
            Log.Revoked(logger);
        }
    }

    private async Task RefuseSecretOfAnotherAsync(byte[] hash)
    {
        if (await reader.FirstAsync(TokenQueries.OfSecret, (hash, Id)) is { } other)
        {
            throw Refused(
                $"is also the secret of {(other.ParentId is null ? "the" : "a session of the")} token '{other.Name}' of the project {other.ProjectId}",
                "use a secret of its own, such as that of openssl rand -hex 32");
        }
    }

    private ValueTask<AccessToken?> CurrentAsync() => reader.FirstAsync(TokenQueries.One, (FirstAdminToken.Project, Id));

    /// <summary>True when somebody else could get in and make tokens.</summary>
    private async Task<bool> IsAnotherAdminAsync() => await reader.FirstAsync(TokenQueries.Admins, (Id, time.GetUtcNow().UtcDateTime)) is not null;

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
