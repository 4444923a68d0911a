using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>rollout_deployments</c>: which deployment the rollouts of a name use for a server, as Heat's group has one for each server of a resource. It may be deleted
/// by now; then the next rollout makes another.
/// </summary>
public sealed record RolloutDeployment
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The name of the rollouts; second part of the primary key.</summary>
    public required string Name { get; init; }

    /// <summary>The server; third part of the primary key.</summary>
    public required string ServerId { get; init; }

    /// <summary>The deployment.</summary>
    public required string DeploymentId { get; init; }
}

/// <summary>How a <see cref="RolloutDeployment"/> lies in the database.</summary>
public sealed class RolloutDeploymentMapping : IEntityTypeConfiguration<RolloutDeployment>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<RolloutDeployment> builder)
    {
        builder.ToTable("rollout_deployments");
        builder.HasKey(row => new { row.ProjectId, row.Name, row.ServerId });
        builder.Property(row => row.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(row => row.Name).HasColumnName("name").HasMaxLength(255);
        builder.Property(row => row.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(row => row.DeploymentId).HasColumnName("deployment_id").HasMaxLength(36);
    }
}
