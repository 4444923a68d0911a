using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>rollout_servers</c>: a server of a rollout, and what became of it there. While its run is in progress, its deployment says how it goes; the end is kept here,
/// so that it stays what it was when the deployment is run again.
/// </summary>
public sealed record RolloutServer
{
    /// <summary>The rollout's <see cref="Rollout.Number"/>; first part of the primary key.</summary>
    public required long RolloutNumber { get; init; }

    /// <summary>Its place in the order of the rollout, from 0; second part of the primary key.</summary>
    public required long Position { get; init; }

    /// <summary>The server.</summary>
    public required string ServerId { get; init; }

    /// <summary>What became of it.</summary>
    public RolloutOutcome Outcome { get; init; }

    /// <summary>The batch in which it was last begun; null before.</summary>
    public long? Batch { get; init; }

    /// <summary>The deployment; null before it was begun.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Which execution of the deployment it is.</summary>
    public long? Execution { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public DateTime? StartedTime { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public DateTime? EndedTime { get; init; }

    /// <summary>Why it ended so: the beginning of the deployment's reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>What became of a server in a rollout.</summary>
// The numbers are stored: never renumber.
public enum RolloutOutcome
{
    /// <summary>It was not begun.</summary>
    Pending = 0,

    /// <summary>It was begun, and no end was looked at.</summary>
    InProgress = 1,

    /// <summary>It is complete.</summary>
    Complete = 2,

    /// <summary>It failed.</summary>
    Failed = 3,

    /// <summary>It had the config already.</summary>
    Skipped = 4,
}

/// <summary>How a <see cref="RolloutServer"/> lies in the database.</summary>
public sealed class RolloutServerMapping : IEntityTypeConfiguration<RolloutServer>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<RolloutServer> builder)
    {
        builder.ToTable("rollout_servers");
        builder.HasKey(server => new { server.RolloutNumber, server.Position });
        builder.Property(server => server.RolloutNumber).HasColumnName("rollout_number").ValueGeneratedNever();
        builder.Property(server => server.Position).HasColumnName("position").ValueGeneratedNever();
        builder.Property(server => server.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(server => server.Outcome).HasColumnName("outcome");
        builder.Property(server => server.Batch).HasColumnName("batch");
        builder.Property(server => server.DeploymentId).HasColumnName("deployment_id").HasMaxLength(36);
        builder.Property(server => server.Execution).HasColumnName("execution");
        builder.Property(server => server.StartedTime).HasColumnName("started_time");
        builder.Property(server => server.EndedTime).HasColumnName("ended_time");
        builder.Property(server => server.Reason).HasColumnName("reason").HasMaxLength(DeploymentEvent.LongestReason);

        // Those that are next, those that run, and those that failed.
        builder.HasIndex(server => new { server.RolloutNumber, server.Outcome, server.Position });
    }
}
