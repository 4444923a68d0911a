using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Auth;

/// <summary>
/// Fills the registry at start, and sees to it that somebody can get in: the token of the setting exists, or, where there is no token at
/// all, a new admin token is put into a file that only the service's user may read.
/// </summary>
public sealed partial class FirstAdminToken(
    SqliteReaders readers, TokenRegistry registry, TokenStore store, BootstrapToken bootstrap, AuthenticationOptions options, DatabaseOptions database,
    ILogger<FirstAdminToken> logger) : IHostedService
{
    /// <summary>The project that the first token belongs to; as an admin it may act in all.</summary>
    public const string Project = "admin";

    private const string FileName = "admin.token";

    private const string All = """
        SELECT project_id, id, name, role, server_id, secret_hash, creation_time, expiry_time, last_used_time, parent_id FROM access_tokens
        ORDER BY parent_id IS NOT NULL
        """;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var tokens = readers.Read(static (session, _) => ReadAll(session), 0);
        foreach (var token in tokens)
        {
            // A session comes after its token.
            registry.Add(token);
        }

        await bootstrap.FollowSettingAsync();
        if (tokens.Count == 0 && options is { Mode: AuthenticationMode.Tokens, BootstrapToken: null })
        {
            await MakeFirstAsync();
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MakeFirstAsync()
    {
        // The file comes first: killed between the two, the next start finds no token and begins again.
        var file = Path.Combine(database.Folder, FileName);
        var secret = TokenSecret.Make();
        PrivateFiles.Write(file, secret + "\n");
        await store.CreateAsync(Project, "first", Role.Admin, serverId: null, life: null, secret);
        Log.Made(logger, file);
    }

    private static List<AccessToken> ReadAll(SqliteSession session)
    {
        var tokens = new List<AccessToken>();
        var row = session.Prepare(All);
        while (row.Step())
        {
            tokens.Add(new AccessToken
            {
                ProjectId = row.Text(0),
                Id = row.Text(1),
                Name = row.Text(2),
                Role = (Role)row.Integer(3),
                ServerId = row.TextOrNull(4),
                SecretHash = row.Bytes(5),
                CreationTime = row.Time(6),
                ExpiryTime = row.TimeOrNull(7),
                LastUsedTime = row.TimeOrNull(8),
                ParentId = row.TextOrNull(9),
            });
        }

        return tokens;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "First start: the admin token is in {File}")]
        public static partial void Made(ILogger logger, string file);
    }
}
