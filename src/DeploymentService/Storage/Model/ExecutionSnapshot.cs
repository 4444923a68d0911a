using DeploymentService.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>execution_snapshots</c>: what a deployment's present execution runs, from the moment on at which the deployment itself says something else. A
/// deployment without one runs what it says, so that an ordinary update writes one row.
/// </summary>
public sealed record ExecutionSnapshot
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The deployment; second part of the primary key.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The config; it cannot be deleted.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The stack action; at most 255 characters.</summary>
    public string? Action { get; init; }

    /// <summary>A JSON object: the values that the config's inputs get.</summary>
    public JsonText? InputValues { get; init; }
}

/// <summary>How an <see cref="ExecutionSnapshot"/> lies in the database.</summary>
public sealed class ExecutionSnapshotMapping : IEntityTypeConfiguration<ExecutionSnapshot>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<ExecutionSnapshot> builder)
    {
        builder.ToTable("execution_snapshots");
        builder.HasKey(snapshot => new { snapshot.ProjectId, snapshot.DeploymentId });
        builder.Property(snapshot => snapshot.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(snapshot => snapshot.DeploymentId).HasColumnName("deployment_id").HasMaxLength(36);
        builder.Property(snapshot => snapshot.ConfigId).HasColumnName("config_id").HasMaxLength(36);
        builder.Property(snapshot => snapshot.Action).HasColumnName("action").HasMaxLength(255);
        builder.Property(snapshot => snapshot.InputValues).HasColumnName("input_values");

        // It goes with its deployment.
        builder.HasOne<SoftwareDeployment>()
            .WithOne()
            .HasForeignKey<ExecutionSnapshot>(snapshot => new { snapshot.ProjectId, snapshot.DeploymentId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<SoftwareConfig>()
            .WithMany()
            .HasForeignKey(snapshot => new { snapshot.ProjectId, snapshot.ConfigId })
            .OnDelete(DeleteBehavior.Restrict);
    }
}
