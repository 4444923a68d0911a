using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>How a <see cref="SoftwareDeployment"/> lies in the database.</summary>
public sealed class SoftwareDeploymentMapping : IEntityTypeConfiguration<SoftwareDeployment>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<SoftwareDeployment> builder)
    {
        builder.ToTable("software_deployments");
        builder.HasKey(deployment => new { deployment.ProjectId, deployment.Id });
        builder.Property(deployment => deployment.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(deployment => deployment.Id).HasColumnName("id").HasMaxLength(36);
        builder.Property(deployment => deployment.Sequence).HasColumnName("sequence");
        builder.Property(deployment => deployment.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(deployment => deployment.ConfigId).HasColumnName("config_id").HasMaxLength(36);
        builder.Property(deployment => deployment.Action).HasColumnName("action").HasMaxLength(255);
        builder.Property(deployment => deployment.Status).HasColumnName("status").HasMaxLength(16);
        builder.Property(deployment => deployment.StatusReason).HasColumnName("status_reason");
        builder.Property(deployment => deployment.InputValues).HasColumnName("input_values");
        builder.Property(deployment => deployment.OutputValues).HasColumnName("output_values");
        builder.Property(deployment => deployment.StackUserProjectId).HasColumnName("stack_user_project_id").HasMaxLength(64);
        builder.Property(deployment => deployment.CreationTime).HasColumnName("creation_time");
        builder.Property(deployment => deployment.UpdatedTime).HasColumnName("updated_time");
        builder.Property(deployment => deployment.Execution).HasColumnName("execution").HasDefaultValue(1L);
        builder.Property(deployment => deployment.ExecutionIsStale).HasColumnName("execution_is_stale");
        // True of what was there before this was known: nothing disappears from a server by an upgrade.
        builder.Property(deployment => deployment.ExecutionIsOnServer).HasColumnName("execution_is_on_server").HasDefaultValue(true);
        builder.Property(deployment => deployment.Revision).HasColumnName("revision").HasDefaultValue(1L);
        builder.Property(deployment => deployment.Timeout).HasColumnName("timeout");
        builder.Property(deployment => deployment.Deadline).HasColumnName("deadline");
        builder.Property(deployment => deployment.Lateness).HasColumnName("lateness");
        builder.Property(deployment => deployment.FetchedTime).HasColumnName("fetched_time");
        // An earlier version that works with this schema does not write it.
        builder.Property(deployment => deployment.StartedTime).HasColumnName("started_time").HasDefaultValue(DateTime.UnixEpoch);
        builder.Property(deployment => deployment.StartedBy).HasColumnName("started_by").HasMaxLength(255);
        builder.Property(deployment => deployment.EndedTime).HasColumnName("ended_time");
        builder.Property(deployment => deployment.RolloutId).HasColumnName("rollout_id").HasMaxLength(36);
        builder.Property(deployment => deployment.OutputsAreStale).HasColumnName("outputs_are_stale").HasDefaultValue(false);

        builder.Ignore(deployment => deployment.IsTerminal);

        // A config that a deployment uses cannot be deleted, and both are of one project.
        builder.HasOne(deployment => deployment.Config)
            .WithMany()
            .HasForeignKey(deployment => new { deployment.ProjectId, deployment.ConfigId })
            .OnDelete(DeleteBehavior.Restrict);

        // The list of a project and the list of a server, oldest first, with limit and marker.
        builder.HasIndex(deployment => new { deployment.ProjectId, deployment.Sequence }).IsUnique();
        builder.HasIndex(deployment => new { deployment.ProjectId, deployment.ServerId, deployment.Sequence });
        // A new deployment asks for the highest number.
        builder.HasIndex(deployment => deployment.Sequence).IsUnique();
        // The next deadline; deployments without one are not in it.
        builder.HasIndex(deployment => deployment.Deadline).HasFilter("deadline IS NOT NULL");
    }
}
