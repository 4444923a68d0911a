using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>
/// Fills the registry at start, and sees to it that somebody can get in: the token of the setting exists, or, where there is no token at
/// all, a new admin token is put into a file that only the service's user may read. A database that others share has no such file: there the setting gives the first one.
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
        IReadOnlyList<AccessToken> tokens;
        long version;
        do
        {
            version = registry.Version;
            tokens = await reader.ListAsync(TokenQueries.All, key: true);
        }
        while (!registry.TryLoad(version, tokens));

        await bootstrap.FollowSettingAsync();
        if (tokens.Count == 0 && bootstrap.IsNeededOtherwise && database.Folder is { } folder)
        {
            await MakeFirstAsync(folder);
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MakeFirstAsync(string folder)
    {
        // The file comes first: killed between the two, the next start finds no token and begins again.
        var file = Path.Combine(folder, FileName);
        var secret = TokenSecret.Make();
        PrivateFiles.Write(file, secret + "\n");
        await store.CreateAsync(Project, new("first", Role.Admin), secret, Actor.Service);
        Log.Made(logger, file);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "First start: the admin token is in {File}")]
        public static partial void Made(ILogger logger, string file);
    }
}
