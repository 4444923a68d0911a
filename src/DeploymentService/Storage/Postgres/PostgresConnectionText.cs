using DeploymentService.Settings;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// What a connection string of PostgreSQL may say here, and nothing that would answer from a standby or let statements wait for ever. No part of it is ever repeated,
/// because a badly quoted password looks like any other part.
/// </summary>
internal static class PostgresConnectionText
{
    /// <summary>What one looks like.</summary>
    public const string Example = "Host=NAME;Database=NAME;Username=NAME;Password=…";

    private const string Repair = $"use `{Example}`";

    /// <summary>Tells the settings what is wrong with a connection string.</summary>
    public static void Check(string connectionString, string key, SettingsReader settings)
    {
        NpgsqlConnectionStringBuilder parts;
        try
        {
            parts = new(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            settings.AddError(key, "is not a connection string of PostgreSQL", Repair);
            return;
        }

        foreach (var (what, repair) in Faults(parts))
        {
            settings.AddError(key, what, repair);
        }
    }

    private static IEnumerable<(string What, string Repair)> Faults(NpgsqlConnectionStringBuilder parts)
    {
        if (string.IsNullOrWhiteSpace(parts.Host))
        {
            yield return ("names no server", Repair);
        }

        if (string.IsNullOrWhiteSpace(parts.Database))
        {
            yield return ("names no database", Repair);
        }

        if (string.IsNullOrWhiteSpace(parts.Username))
        {
            yield return ("names no user", Repair);
        }

        if (!parts.Pooling)
        {
            yield return ("switches Pooling off, with which each query would open a connection", "take it out");
        }

        if (parts.TargetSessionAttributes is not (null or "primary" or "read-write" or "any"))
        {
            yield return ("has Target Session Attributes with which a standby may answer, and that does not know yet what was acknowledged", "take it out; the service finds the primary");
        }

        if (parts.ShouldSerialize("Command Timeout"))
        {
            yield return ("has a Command Timeout, which does nothing here", "take it out and set Database:BusyTimeoutMilliseconds");
        }
    }
}
