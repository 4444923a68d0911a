using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DeploymentService.Tests.Storage;

/// <summary>What the server's errors mean, also those that hardly ever come.</summary>
public sealed class PostgresFaultsTests
{
    private const string IsUnreachable = "The database cannot be reached: try again in a moment.";
    private const string DiskFails = "The disk of the database fails to read or to write: try again in a moment.";

    [PostgresTheory]
    // A disk without room: a new session could not write a file of its own.
    [InlineData("FATAL", "XX000", IsUnreachable)]
    [InlineData("FATAL", "57P01", IsUnreachable)]
    [InlineData("PANIC", "53100", "The disk of the database takes no more data: try again when there is room.")]
    [InlineData("ERROR", "53100", "The disk of the database takes no more data: try again when there is room.")]
    [InlineData("ERROR", "58000", DiskFails)]
    [InlineData("ERROR", "58030", DiskFails)]
    [InlineData("ERROR", "58P01", DiskFails)]
    [InlineData("ERROR", "XX000", null)]
    [InlineData("ERROR", "22012", null)]
    public void An_error_that_passes_is_told_from_a_fault_of_ours(string severity, string code, string? sentence)
    {
        var faults = ServiceApp.Shared.Services.GetRequiredService<IDatabaseFaults>();
        var error = new PostgresException("could not write init file", severity, severity, code);

        Assert.Equal(sentence, faults.Unavailable(error)?.Message);
    }
}
