using System.Globalization;
using DeploymentService.Storage;

namespace DeploymentService.Backup;

/// <summary>The folder with the copies that the service has made by itself. Whatever else is in it belongs to somebody else.</summary>
internal sealed class BackupFolder(string folder)
{
    private const string Prefix = "deployments-";
    private const string Suffix = ".db";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>How much room there is.</summary>
    public long FreeBytes => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Makes the folder when it is not there, readable by its owner alone.</summary>
    public void Create()
    {
        if (!Directory.Exists(folder))
        {
            PrivateFiles.CreateFolder(folder);
        }
    }

    /// <summary>How a copy of a time is called.</summary>
    public string FileOf(DateTime time) => Path.Combine(folder, Prefix + time.ToString(TimeFormat, CultureInfo.InvariantCulture) + Suffix);

    /// <summary>When the copies were made that are there, UTC, latest first.</summary>
    public IReadOnlyList<DateTime> Times() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, Prefix + "*" + Suffix).Select(TimeOf).OfType<DateTime>().OrderDescending()]
        : [];

    /// <summary>Removes the oldest, so that so many stay, and what a kill left unfinished. Those of a time that is still to come tell of a wrong clock: they count for none, and stay.</summary>
    public void Tidy(int keep, DateTime now)
    {
        foreach (var time in Times().Where(time => time <= now).Skip(keep))
        {
            File.Delete(FileOf(time));
        }

        foreach (var draft in Directory.EnumerateFiles(folder, Prefix + "*" + Suffix + ".*.part").Where(draft => TimeOf(draft[..(draft.IndexOf(Suffix + ".", StringComparison.Ordinal) + Suffix.Length)]) is not null))
        {
            File.Delete(draft);
        }
    }

    private static DateTime? TimeOf(string file) => DateTime.TryParseExact(
        Path.GetFileNameWithoutExtension(file)[Prefix.Length..],
        TimeFormat,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var time)
        ? time
        : null;
}
