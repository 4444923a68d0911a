using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.Backup;

/// <summary>Copies that the service makes of its database by itself.</summary>
public sealed record BackupOptions
{
    private const string FolderSetting = "Backup:Folder";

    /// <summary><c>Backup:Folder</c>: where they are put, as an absolute path; null for none. Not with PostgreSQL.</summary>
    public required string? Folder { get; init; }

    /// <summary><c>Backup:EveryHours</c>: how long after one the next is made; 1 to 8,760, default 24.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary><c>Backup:Keep</c>: how many are kept; 1 to 10,000, default 7.</summary>
    public required int Keep { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="database">Where the data is.</param>
    public static BackupOptions Read(SettingsReader settings, DatabaseOptions database)
    {
        var folder = settings.TextOrNull(FolderSetting);
        if (folder is not null && database.Provider == DatabaseProvider.PostgreSql)
        {
            settings.AddError(FolderSetting, "is set, and Database:Provider is PostgreSql", "take it out, and let the machine of the server run `pg_dump --format=custom` or `pg_basebackup` as often as you like");
        }

        return new()
        {
            Folder = folder is null ? null : Path.GetFullPath(folder),
            Every = TimeSpan.FromHours(settings.Number("Backup:EveryHours", 24, 1, 8760)),
            Keep = settings.Number("Backup:Keep", 7, 1, 10_000),
        };
    }
}
