using System.Diagnostics;
using System.Globalization;

namespace DeploymentService.Storage.Copy;

/// <summary>
/// Copies a database into an empty one, of the same engine or of another: the same rows with the same numbers, so that agents, ETags and positions in streams go on.
/// The source stays as it is.
/// </summary>
/// <param name="progress">Is told what is done, a line each.</param>
public sealed class DatabaseCopy(Func<string, Task> progress)
{
    private const int RowsBetweenLines = 200_000;

    /// <summary>Copies all tables and compares them.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="source">From where.</param>
    /// <param name="target">To where: nothing is kept of it unless all is well.</param>
    /// <returns>How many rows were copied.</returns>
    /// <exception cref="DatabaseUnusableException">The target is not empty, or differs from the source afterwards.</exception>
    public async Task<long> RunAsync(IReadOnlyList<CopyTable> tables, CopySession source, CopySession target)
    {
        foreach (var table in tables)
        {
            if (await target.CountAsync(table) > 0)
            {
                throw new DatabaseUnusableException($"Nothing was copied: the target is not empty, its table {table.Name} has rows. Name an empty database in --to.");
            }
        }

        var all = 0L;
        foreach (var table in tables)
        {
            var rows = await source.CountAsync(table);
            var begun = Stopwatch.GetTimestamp();
            await target.WriteAsync(table, CountedAsync(table, rows, source.ReadAsync(table)));
            await progress($"{table.Name}: {Number(rows)} rows in {Stopwatch.GetElapsedTime(begun).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
            all += rows;
            if (await target.CountAsync(table) is var copied && copied != rows)
            {
                throw new DatabaseUnusableException($"Nothing was copied: the source has {Number(rows)} rows in {table.Name}, and {Number(copied)} arrived.");
            }
        }

        await target.CommitAsync();
        return all;
    }

    /// <summary>A number as people read it.</summary>
    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async IAsyncEnumerable<object?[]> CountedAsync(CopyTable table, long all, IAsyncEnumerable<object?[]> rows)
    {
        var done = 0L;
        await foreach (var row in rows)
        {
            yield return row;
            if (++done % RowsBetweenLines == 0)
            {
                await progress($"{table.Name}: {Number(done)} of {Number(all)}");
            }
        }
    }
}
