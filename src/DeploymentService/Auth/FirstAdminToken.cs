using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>
/// Fills the registry at start, and sees to it that somebody can get in: the token of the setting exists, or, where there is no token at
/// all, a new admin token is put into a file that only the service's user may read.
/// </summary>
public sealed partial class FirstAdminToken(
    IDatabaseReader reader, TokenRegistry registry, TokenStore store, BootstrapToken bootstrap, DatabaseOptions database, ILogger<FirstAdminToken> logger)
    : IHostedService
{
    /// <summary>The project that the first token belongs to; as an admin it may act in all.</summary>
    public const string Project = "admin";

    private const string FileName = "admin.token";

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var tokens = await reader.ListAsync(TokenQueries.All, key: true);
        foreach (var token in tokens)
        {
            // A session comes after its token.
            registry.Add(token);
        }

        await bootstrap.FollowSettingAsync();
        if (tokens.Count == 0 && bootstrap.IsNeededOtherwise)
        {
            await MakeFirstAsync();
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MakeFirstAsync()
    {
        // The file comes first: killed between the two, the next start finds no token and begins again.
        if (database.Folder is not { } folder)
        {
            throw new DatabaseUnusableException("There is no token in the database yet: set Authentication:BootstrapToken to a secret of your own (environment: Authentication__BootstrapToken).");
        }

        var file = Path.Combine(folder, FileName);
        var secret = TokenSecret.Make();
        PrivateFiles.Write(file, secret + "\n");
        await store.CreateAsync(Project, "first", Role.Admin, serverId: null, life: null, secret);
        Log.Made(logger, file);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "First start: the admin token is in {File}")]
        public static partial void Made(ILogger logger, string file);
    }
}
