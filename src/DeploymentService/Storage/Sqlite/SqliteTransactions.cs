namespace DeploymentService.Storage.Sqlite;

/// <summary>The way of changes that still speak SQLite.</summary>
public static class SqliteTransactions
{
    /// <summary>The session of a transaction.</summary>
    public static SqliteSession Sqlite(this IWriteTransaction rows) => ((SqliteWriteTransaction)rows).Session;
}
