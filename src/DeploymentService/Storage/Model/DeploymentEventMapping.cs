using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>How a <see cref="DeploymentEvent"/> lies in the database.</summary>
public sealed class DeploymentEventMapping : IEntityTypeConfiguration<DeploymentEvent>
{
    // A rollout may be COMPLETE_WITH_FAILURES.
    private const int LongestStatus = 32;

    private const string SubjectIndex = "IX_deployment_events_project_id_sequence_subject";

    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<DeploymentEvent> builder)
    {
        builder.ToTable("deployment_events");
        // No foreign key: the history outlives its deployment.
        builder.HasKey(evt => evt.Sequence);
        builder.Property(evt => evt.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        builder.Property(evt => evt.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(evt => evt.Subject).HasColumnName("subject").HasMaxLength(16);
        builder.Property(evt => evt.DeploymentNumber).HasColumnName("deployment_number");
        builder.Property(evt => evt.DeploymentId).HasColumnName("deployment_id").HasMaxLength(36);
        builder.Property(evt => evt.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(evt => evt.Time).HasColumnName("time");
        builder.Property(evt => evt.Kind).HasColumnName("kind").HasMaxLength(16);
        builder.Property(evt => evt.Execution).HasColumnName("execution");
        builder.Property(evt => evt.StatusFrom).HasColumnName("status_from").HasMaxLength(LongestStatus);
        builder.Property(evt => evt.StatusTo).HasColumnName("status_to").HasMaxLength(LongestStatus);
        builder.Property(evt => evt.Reason).HasColumnName("reason").HasMaxLength(DeploymentEvent.LongestReason);
        builder.Property(evt => evt.Repeated).HasColumnName("repeated");
        builder.Property(evt => evt.IsReport).HasColumnName("is_report").HasDefaultValue(false);
        builder.Property(evt => evt.ActorName).HasColumnName("actor_name").HasMaxLength(255);
        builder.Property(evt => evt.ActorRole).HasColumnName("actor_role").HasMaxLength(16);
        builder.Property(evt => evt.RequestId).HasColumnName("request_id").HasMaxLength(40);

        // The history of a deployment is found by an index beside the table: one here would cost every update a page of its own.
        // A new deployment asks which number was the highest of those that are deleted; other events are not in it.
        builder.HasIndex(evt => evt.DeploymentNumber).HasFilter($"kind = '{EventKind.Deleted}'");
        // The stream of a project.
        builder.HasIndex(evt => new { evt.ProjectId, evt.Sequence });
        // What is about no deployment, between any number of events that are.
        builder.HasIndex(evt => new { evt.ProjectId, evt.Sequence }, SubjectIndex).HasFilter("subject IS NOT NULL");
        // Which number a deleted deployment had; other events are not in it.
        builder.HasIndex(evt => new { evt.ProjectId, evt.DeploymentId }).HasFilter($"kind = '{EventKind.Deleted}'");
        // What happened to a rollout; other events are not in it.
        builder.HasIndex(evt => new { evt.ProjectId, evt.DeploymentId, evt.Sequence }).HasFilter($"subject = '{EventSubject.Rollout}'");
    }
}
