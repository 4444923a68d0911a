using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>servers</c>: when a server was last heard of, and whether it was removed since. Put down some seconds after it was, so that a poll is not a write;
/// the memory of the service is exact.
/// </summary>
public sealed record ServerContact
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The server; second part of the primary key.</summary>
    public required string ServerId { get; init; }

    /// <summary>When its agent last asked what to run, UTC; null for never.</summary>
    public DateTime? LastFetchTime { get; init; }

    /// <summary>When it last reported, UTC; null for never.</summary>
    public DateTime? LastReportTime { get; init; }

    /// <summary>
    /// The number (<see cref="SoftwareDeployment.Sequence"/>) of the last deployment of all that there was when the server was removed; null for a server
    /// that is not removed, or was heard of again.
    /// </summary>
    public long? RemovedAfter { get; init; }

    /// <summary>When the row was last written, UTC, by the writer's time; of a server that is removed, when that was.</summary>
    public DateTime WrittenTime { get; init; }
}

/// <summary>How a <see cref="ServerContact"/> lies in the database.</summary>
public sealed class ServerContactMapping : IEntityTypeConfiguration<ServerContact>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<ServerContact> builder)
    {
        builder.ToTable("servers");
        builder.HasKey(server => new { server.ProjectId, server.ServerId });
        builder.Property(server => server.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(server => server.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(server => server.LastFetchTime).HasColumnName("last_fetch_time");
        builder.Property(server => server.LastReportTime).HasColumnName("last_report_time");
        builder.Property(server => server.RemovedAfter).HasColumnName("removed_after");
        // Every row is written again and again, so there is no index.
        builder.Property(server => server.WrittenTime).HasColumnName("written_time").HasDefaultValue(DateTime.UnixEpoch);
    }
}
