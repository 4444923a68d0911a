namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Rows that may have megabytes, to be read while they are sent: as many at a time as make a piece of an answer. No read is open in between, however long that takes.
/// Rows that are read together are of one moment; one that is gone when its turn comes is left out.
/// </summary>
/// <param name="readers">By what they are read.</param>
/// <param name="ids">Which, in their order.</param>
/// <param name="find">Reads one; null when it is gone.</param>
/// <param name="sizeOf">About how many bytes a row has.</param>
public sealed class RowsById<T>(SqliteReaders readers, IReadOnlyList<string> ids, Func<SqliteSession, string, T?> find, Func<T, int> sizeOf)
    where T : class
{
    private int _next;

    /// <summary>How many rows there were.</summary>
    public int Count => ids.Count;

    /// <summary>The next rows; none behind the last.</summary>
    /// <param name="bytes">Behind how many bytes to stop.</param>
    public IReadOnlyList<T> Next(int bytes) => _next == ids.Count ? [] : readers.Read(static (session, query) => query.rows.Read(session, query.bytes), (rows: this, bytes));

    private List<T> Read(SqliteSession session, int bytes)
    {
        var found = new List<T>();
        session.Prepare("BEGIN").Execute();
        while (_next < ids.Count && bytes > 0)
        {
            if (find(session, ids[_next++]) is { } row)
            {
                found.Add(row);
                bytes -= sizeOf(row);
            }
        }

        session.Prepare("COMMIT").Execute();
        return found;
    }
}
