namespace DeploymentService.Storage.Sqlite;

/// <summary>For changes that are of this engine alone.</summary>
public static class SqliteTransactions
{
    /// <summary>The session of a transaction.</summary>
    public static SqliteSession Sqlite(this IWriteTransaction rows) => ((SqliteWriteTransaction)rows).Session;
}
