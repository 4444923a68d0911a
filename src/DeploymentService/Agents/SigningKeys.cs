using System.Text;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>The keys of this process: those of the settings, or those in the database.</summary>
public sealed partial class SigningKeys(
    AgentsOptions options, DatabaseOptions database, IDatabaseReader reader, GroupCommitWriter writer, TimeProvider time, ILogger<SigningKeys> logger) : IHostedService
{
    private IReadOnlyList<SigningKey> _keys = [];

    /// <summary>The key that new addresses are signed with.</summary>
    public byte[] Current => _keys[0].Secret;

    /// <summary>The keys whose addresses are accepted now.</summary>
    public IEnumerable<byte[]> Accepted()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return _keys.Where((key, place) => place == 0 || key.Until is null || key.Until > now).Select(key => key.Secret);
    }

    /// <summary>Takes the keys. The first start on a database makes one, or takes over those of an earlier version.</summary>
    /// <exception cref="Settings.SettingsException">The file of an earlier version cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _keys = options.SigningKey is { } current ? OfSettings(current, options.PreviousSigningKey) : await reader.ListAsync(SigningKeyQueries.All, 0);
        if (_keys.Count > 0)
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var imported = database.Folder is { } folder ? SigningKeyFile.Read(folder, now) : [];
        await writer.WriteAsync(new PutFirstKeys(imported is [] ? [SigningKey.Make(now)] : imported));
        _keys = await reader.ListAsync(SigningKeyQueries.All, 0);
        if (imported is not [])
        {
            Log.Imported(logger);
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static SigningKey[] OfSettings(string current, string? previous) =>
        [.. new[] { current, previous }.OfType<string>().Select(key => new SigningKey { Secret = Encoding.UTF8.GetBytes(key) })];

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The signing keys of the file signing.keys are in the database now; the file is not needed any more")]
        public static partial void Imported(ILogger logger);
    }
}
