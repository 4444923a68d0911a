namespace DeploymentService.Tests.Support;

/// <summary>
/// The engine that the tests run on: SQLite, or what <c>DEPLOYMENTS_TEST_ENGINE</c> says, the value of <c>Database:Provider</c>. All tests run on each of them
/// but those that are of one engine alone.
/// </summary>
public static class TestEngine
{
    private const string Variable = "DEPLOYMENTS_TEST_ENGINE";

    /// <summary>True when the tests run on PostgreSQL.</summary>
    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable(Variable)?.ToUpperInvariant() switch
    {
        null or "" or "SQLITE" => false,
        "POSTGRESQL" => true,
        var other => throw new InvalidOperationException($"{Variable} is '{other}': use Sqlite or PostgreSql."),
    };

    /// <summary>Why what is of SQLite alone does not run; null when it does.</summary>
    public static string? NotSqlite { get; } = IsPostgres ? "It is of SQLite, and these are the tests on PostgreSQL." : null;

    /// <summary>Why what is of PostgreSQL alone does not run; null when it does.</summary>
    public static string? NotPostgres { get; } = IsPostgres ? PostgresServer.Missing : $"It is of PostgreSQL: {Variable}=PostgreSql dotnet test.";
}

/// <summary>A test of SQLite: of its files, locks, journal or plans.</summary>
public sealed class SqliteFactAttribute : FactAttribute
{
    public SqliteFactAttribute() => Skip = TestEngine.NotSqlite;
}

/// <summary>The same for a test with data.</summary>
public sealed class SqliteTheoryAttribute : TheoryAttribute
{
    public SqliteTheoryAttribute() => Skip = TestEngine.NotSqlite;
}

/// <summary>A test of PostgreSQL.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = TestEngine.NotPostgres;
}

/// <summary>The same for a test with data.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = TestEngine.NotPostgres;
}
