using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Sets the SQLite library up, once a process and before its first connection.</summary>
public static class SqliteLibrary
{
    private static readonly bool IsTuned = Tune();

    /// <summary>Makes sure that it is set up.</summary>
    public static void Configure() => _ = IsTuned;

    private static bool Tune()
    {
        Batteries_V2.Init();
        // Every allocation is counted under one lock for all threads unless it is told not to, and every call takes its connection's lock
        // although no connection here is ever used by two threads at a time. Measured on two cores: a list of ten deployments costs a
        // third less without the two.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        return true;
    }
}
