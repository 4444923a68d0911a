using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Events;

/// <summary>How a <see cref="DeploymentEvent"/> lies in the database.</summary>
public sealed class DeploymentEventMapping : IEntityTypeConfiguration<DeploymentEvent>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<DeploymentEvent> builder)
    {
        builder.ToTable("deployment_events");
        // No foreign key: the history outlives its deployment.
        builder.HasKey(happened => happened.Sequence);
        builder.Property(happened => happened.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        builder.Property(happened => happened.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(happened => happened.DeploymentNumber).HasColumnName("deployment_number");
        builder.Property(happened => happened.DeploymentId).HasColumnName("deployment_id").HasMaxLength(36);
        builder.Property(happened => happened.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(happened => happened.Time).HasColumnName("time");
        builder.Property(happened => happened.Kind).HasColumnName("kind").HasMaxLength(16);
        builder.Property(happened => happened.Execution).HasColumnName("execution");
        builder.Property(happened => happened.StatusFrom).HasColumnName("status_from").HasMaxLength(16);
        builder.Property(happened => happened.StatusTo).HasColumnName("status_to").HasMaxLength(16);
        builder.Property(happened => happened.Reason).HasColumnName("reason").HasMaxLength(DeploymentEvent.LongestReason);
        builder.Property(happened => happened.Repeated).HasColumnName("repeated");
        builder.Property(happened => happened.ActorName).HasColumnName("actor_name").HasMaxLength(255);
        builder.Property(happened => happened.ActorRole).HasColumnName("actor_role").HasMaxLength(16);
        builder.Property(happened => happened.RequestId).HasColumnName("request_id").HasMaxLength(40);

        // The history of a deployment is found by HistoryIndex: an index here would cost every update a page of its own.
        // A new deployment asks which number was the highest of those that are deleted; other events are not in it.
        builder.HasIndex(happened => happened.DeploymentNumber).HasFilter($"kind = '{EventKind.Deleted}'");
        // The stream of a project.
        builder.HasIndex(happened => new { happened.ProjectId, happened.Sequence });
        // Which number a deleted deployment had; other events are not in it.
        builder.HasIndex(happened => new { happened.ProjectId, happened.DeploymentId }).HasFilter($"kind = '{EventKind.Deleted}'");
    }
}
