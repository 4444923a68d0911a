using System.Globalization;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// What was there before a restore, under other names: the database, and a journal that could not be moved into it, or whose database is gone. Beside another database SQLite would play
/// that back into it.
/// </summary>
internal sealed class SqliteAside
{
    private static readonly string[] Suffixes = ["", "-wal", "-journal"];

    private readonly string _file;
    private readonly string _aside;

    /// <summary>Takes where the database is.</summary>
    public SqliteAside(string file, DateTime now)
    {
        _file = file;
        var name = string.Create(CultureInfo.InvariantCulture, $"{file}.before-restore-{now:yyyyMMdd'T'HHmmss'Z'}");
        _aside = Enumerable.Range(1, int.MaxValue)
            .Select(number => number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"))
            .First(free => !Suffixes.Any(suffix => File.Exists(free + suffix)));
    }

    /// <summary>The first of the names; null where there was nothing.</summary>
    public string? Name => Suffixes.Select(suffix => _aside + suffix).FirstOrDefault(File.Exists);

    /// <summary>Puts a file in the place of the database. Everything has its second name before it loses its first, and has its first again when it fails.</summary>
    public void Replace(string draft)
    {
        var folder = Path.GetDirectoryName(_file)!;
        try
        {
            foreach (var suffix in Suffixes.Where(suffix => IsFilled(_file + suffix)))
            {
                PrivateFiles.LinkOrCopy(_file + suffix, _aside + suffix);
            }

            PrivateFiles.FlushFolder(folder);
            foreach (var suffix in (string[])["-wal", "-journal", "-shm"])
            {
                File.Delete(_file + suffix);
            }

            // Not the other way round: a journal of before must never be beside the new file.
            PrivateFiles.FlushFolder(folder);
            File.Move(draft, _file, overwrite: true);
        }
        catch
        {
            PutBack();
            throw;
        }

        PrivateFiles.FlushFolder(folder);
    }

    /// <summary>True when a file is there and has something.</summary>
    public static bool IsFilled(string file) => new FileInfo(file) is { Exists: true, Length: > 0 };

    private void PutBack()
    {
        foreach (var suffix in Suffixes.Where(suffix => File.Exists(_aside + suffix)))
        {
            if (File.Exists(_file + suffix))
            {
                File.Delete(_aside + suffix);
            }
            else
            {
                File.Move(_aside + suffix, _file + suffix);
            }
        }
    }
}
