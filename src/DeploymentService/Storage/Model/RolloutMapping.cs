using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>How a <see cref="Rollout"/> lies in the database.</summary>
public sealed class RolloutMapping : IEntityTypeConfiguration<Rollout>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<Rollout> builder)
    {
        builder.ToTable("rollouts");
        builder.HasKey(rollout => new { rollout.ProjectId, rollout.Id });
        builder.Property(rollout => rollout.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(rollout => rollout.Id).HasColumnName("id").HasMaxLength(36);
        builder.Property(rollout => rollout.Number).HasColumnName("number");
        builder.Property(rollout => rollout.Name).HasColumnName("name").HasMaxLength(255);
        // No foreign key: what has ended does not keep its config.
        builder.Property(rollout => rollout.ConfigId).HasColumnName("config_id").HasMaxLength(36);
        builder.Property(rollout => rollout.Action).HasColumnName("action").HasMaxLength(255);
        builder.Property(rollout => rollout.InputValues).HasColumnName("input_values");
        builder.Property(rollout => rollout.Timeout).HasColumnName("timeout");
        builder.Property(rollout => rollout.BatchSizes).HasColumnName("batch_sizes");
        builder.Property(rollout => rollout.PauseSeconds).HasColumnName("pause_seconds");
        builder.Property(rollout => rollout.PauseAfterBatch).HasColumnName("pause_after_batch");
        builder.Property(rollout => rollout.MaxFailures).HasColumnName("max_failures");
        builder.Property(rollout => rollout.MaxFailurePercent).HasColumnName("max_failure_percent");
        builder.Property(rollout => rollout.SkipDone).HasColumnName("skip_done");
        builder.Property(rollout => rollout.RetryOf).HasColumnName("retry_of").HasMaxLength(36);
        builder.Property(rollout => rollout.Status).HasColumnName("status").HasMaxLength(32);
        builder.Property(rollout => rollout.StatusReason).HasColumnName("status_reason");
        builder.Property(rollout => rollout.Total).HasColumnName("total");
        builder.Property(rollout => rollout.Pending).HasColumnName("pending");
        builder.Property(rollout => rollout.InProgress).HasColumnName("in_progress");
        builder.Property(rollout => rollout.Complete).HasColumnName("complete");
        builder.Property(rollout => rollout.Failed).HasColumnName("failed");
        builder.Property(rollout => rollout.Skipped).HasColumnName("skipped");
        builder.Property(rollout => rollout.Batch).HasColumnName("batch");
        builder.Property(rollout => rollout.BatchLeft).HasColumnName("batch_left");
        builder.Property(rollout => rollout.BatchStartedTime).HasColumnName("batch_started_time");
        builder.Property(rollout => rollout.ResumeTime).HasColumnName("resume_time");
        builder.Property(rollout => rollout.PausedTime).HasColumnName("paused_time");
        builder.Property(rollout => rollout.PausedMilliseconds).HasColumnName("paused_milliseconds");
        builder.Property(rollout => rollout.CreationTime).HasColumnName("creation_time");
        builder.Property(rollout => rollout.CreatedBy).HasColumnName("created_by").HasMaxLength(255);
        builder.Property(rollout => rollout.StartedTime).HasColumnName("started_time");
        builder.Property(rollout => rollout.UpdatedTime).HasColumnName("updated_time");
        builder.Property(rollout => rollout.EndedTime).HasColumnName("ended_time");
        builder.Property(rollout => rollout.Revision).HasColumnName("revision");
        builder.Ignore(rollout => rollout.IsEnded).Ignore(rollout => rollout.Done).Ignore(rollout => rollout.FailureLimit);

        builder.HasIndex(rollout => rollout.Number).IsUnique();
        // The list of a project, newest first.
        builder.HasIndex(rollout => new { rollout.ProjectId, rollout.Number });
    }
}
