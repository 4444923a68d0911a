using DeploymentService.Settings;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Auth;

/// <summary>The admin token of the setting <c>Authentication:BootstrapToken</c>: it comes, changes and goes with the setting, at each start.</summary>
public sealed partial class BootstrapToken(
    SqliteReaders readers, TokenStore store, AuthenticationOptions options, TimeProvider time, ILogger<BootstrapToken> logger)
{
    /// <summary>The id of its row. It is known by this id alone, so that a token that somebody makes may have any name. A migration has it too: it never changes.</summary>
    public const string Id = "b0075742-0000-4000-8000-000000000001";

    private const string Name = "bootstrap";
    private const string Current = "SELECT secret_hash FROM access_tokens WHERE project_id = ?1 AND id = ?2 AND parent_id IS NULL";
    private const string WithSecret = "SELECT name, project_id, parent_id FROM access_tokens WHERE secret_hash = ?1 AND id <> ?2";
    private const string OtherAdmin = """
        SELECT 1 FROM access_tokens WHERE role = ?1 AND parent_id IS NULL AND id <> ?2 AND (expiry_time IS NULL OR expiry_time > ?3) LIMIT 1
        """;

    /// <summary>Looks whether the token can follow the setting.</summary>
    /// <exception cref="SettingsException">The setting is the secret of another token, or was taken out though no other admin could get in then.</exception>
    public void Check()
    {
        if (options.BootstrapToken is { } secret)
        {
            RefuseSecretOfAnother(TokenSecret.Hash(secret));
        }
        else if (options.Mode == AuthenticationMode.Tokens && HashOfCurrent() is not null && !IsAnotherAdmin())
        {
            throw Refused(
                "was taken out, and its token is the only one of an admin",
                "put it back, make another admin with POST /v1/{project_id}/tokens and {\"name\": \"NAME\", \"role\": \"admin\"}, and take it out then");
        }
    }

    /// <summary>Makes the token what the setting says.</summary>
    public async Task FollowSettingAsync()
    {
        var current = HashOfCurrent();
        if (options.BootstrapToken is { } secret)
        {
            var hash = TokenSecret.Hash(secret);
            if (current?.AsSpan().SequenceEqual(hash) != true)
            {
                // Another secret is another token: the sessions of the old one end.
                await store.PutAsync(new AccessToken
                {
                    ProjectId = FirstAdminToken.Project,
                    Id = Id,
                    Name = Name,
                    Role = Role.Admin,
                    SecretHash = hash,
                    CreationTime = time.GetUtcNow().UtcDateTime,
                });
                Log.FollowsSetting(logger);
            }
        }
        else if (current is not null && IsAnotherAdmin())
        {
            await store.RevokeAsync(FirstAdminToken.Project, Id);
            Log.Revoked(logger);
        }
    }

    private void RefuseSecretOfAnother(byte[] hash) => readers.Read(
        static (session, hash) =>
        {
            var row = session.Prepare(WithSecret).Bind(1, hash).Bind(2, Id);
            if (row.Step())
            {
                var whose = $"is also the secret of {(row.TextOrNull(2) is null ? "the" : "a session of the")} token '{row.Text(0)}' of the project {row.Text(1)}";
                row.Reset();
                throw Refused(whose, "use a secret of its own, such as that of openssl rand -hex 32");
            }

            return true;
        },
        hash);

    private byte[]? HashOfCurrent() => readers.Read(
        static (session, _) =>
        {
            var row = session.Prepare(Current).Bind(1, FirstAdminToken.Project).Bind(2, Id);
            var hash = row.Step() ? row.Bytes(0) : null;
            row.Reset();
            return hash;
        },
        0);

    /// <summary>True when somebody else could get in and make tokens.</summary>
    private bool IsAnotherAdmin() => readers.Read(
        static (session, now) =>
        {
            var row = session.Prepare(OtherAdmin).Bind(1, (long)Role.Admin).Bind(2, Id).Bind(3, now);
            var isThere = row.Step();
            row.Reset();
            return isThere;
        },
        time.GetUtcNow().UtcDateTime);

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
