using DeploymentService.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>deployment_runs</c>: what an execution ran and what became of it, from the moment on at which the next one began. The present execution of a
/// deployment is in the deployment's own row, so that an ordinary update writes one row.
/// </summary>
public sealed record DeploymentRun
{
    /// <summary>The deployment's <see cref="SoftwareDeployment.Sequence"/>; first part of the primary key. No number is ever given to another deployment.</summary>
    public required long DeploymentNumber { get; init; }

    /// <summary>Which of the deployment's executions it is; second part of the primary key.</summary>
    public required long Number { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The config that was run; it may be deleted since.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The stack action; at most 255 characters.</summary>
    public string? Action { get; init; }

    /// <summary>A JSON object: the values that the config's inputs got.</summary>
    public JsonText? InputValues { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTime StartedTime { get; init; }

    /// <summary>The name of who began it; null for whoever has none.</summary>
    public string? StartedBy { get; init; }

    /// <summary>When the server's agent first fetched it, UTC; null when none did.</summary>
    public DateTime? FetchedTime { get; init; }

    /// <summary>When it first was complete or failed, UTC; null while nobody has said so.</summary>
    public DateTime? EndedTime { get; init; }

    /// <summary>One of <see cref="DeploymentStatus.All"/>; still in progress, when the next one began before its end.</summary>
    public required string Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public string? StatusReason { get; init; }

    /// <summary>A JSON object: what was reported of this execution, and of no other.</summary>
    public JsonText? OutputValues { get; init; }

    /// <summary>The UUID of the rollout that began it; null for none.</summary>
    public string? RolloutId { get; init; }

    /// <summary>The present execution of a deployment.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="snapshot">What the execution runs, where the deployment itself says something else by now.</param>
    public static DeploymentRun Of(SoftwareDeployment deployment, ExecutionSnapshot? snapshot) => new()
    {
        DeploymentNumber = deployment.Sequence,
        Number = deployment.Execution,
        ProjectId = deployment.ProjectId,
        ConfigId = snapshot is null ? deployment.ConfigId : snapshot.ConfigId,
        Action = snapshot is null ? deployment.Action : snapshot.Action,
        InputValues = snapshot is null ? deployment.InputValues : snapshot.InputValues,
        StartedTime = deployment.StartedTime,
        StartedBy = deployment.StartedBy,
        FetchedTime = deployment.FetchedTime,
        EndedTime = deployment.EndedTime,
        Status = deployment.Status,
        StatusReason = deployment.StatusReason,
        OutputValues = deployment.OutputsAreStale ? null : deployment.OutputValues,
        RolloutId = deployment.RolloutId,
    };
}

/// <summary>The columns of a run in the queries of all engines.</summary>
public static class RunColumns
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order.</summary>
    public const string All = """
        deployment_number, number, project_id, config_id, action, input_values, started_time, started_by, fetched_time, ended_time, status, status_reason,
        output_values, rollout_id
        """;

    /// <summary>How many they are.</summary>
    public const int Count = 14;

    /// <summary>The run of a row.</summary>
    public static DeploymentRun Read(IRow row) => new()
    {
        DeploymentNumber = row.Integer(0),
        Number = row.Integer(1),
        ProjectId = row.Text(2),
        ConfigId = row.Text(3),
        Action = row.TextOrNull(4),
        InputValues = row.JsonOrNull(5),
        StartedTime = row.Time(6),
        StartedBy = row.TextOrNull(7),
        FetchedTime = row.TimeOrNull(8),
        // As in DeploymentColumns.
        EndedTime = row.Text(10) == DeploymentStatus.InProgress ? null : row.TimeOrNull(9),
        Status = row.Text(10),
        StatusReason = row.TextOrNull(11),
        OutputValues = row.JsonOrNull(12),
        RolloutId = row.TextOrNull(13),
    };
}

/// <summary>How a <see cref="DeploymentRun"/> lies in the database.</summary>
public sealed class DeploymentRunMapping : IEntityTypeConfiguration<DeploymentRun>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<DeploymentRun> builder)
    {
        builder.ToTable("deployment_runs");
        // No foreign keys: a run holds no config, and a deployment takes its runs along without an index for that.
        builder.HasKey(run => new { run.DeploymentNumber, run.Number });
        builder.Property(run => run.DeploymentNumber).HasColumnName("deployment_number");
        builder.Property(run => run.Number).HasColumnName("number");
        builder.Property(run => run.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(run => run.ConfigId).HasColumnName("config_id").HasMaxLength(36);
        builder.Property(run => run.Action).HasColumnName("action").HasMaxLength(255);
        builder.Property(run => run.InputValues).HasColumnName("input_values");
        builder.Property(run => run.StartedTime).HasColumnName("started_time");
        builder.Property(run => run.StartedBy).HasColumnName("started_by").HasMaxLength(255);
        builder.Property(run => run.FetchedTime).HasColumnName("fetched_time");
        builder.Property(run => run.EndedTime).HasColumnName("ended_time");
        builder.Property(run => run.Status).HasColumnName("status").HasMaxLength(16);
        builder.Property(run => run.StatusReason).HasColumnName("status_reason");
        builder.Property(run => run.OutputValues).HasColumnName("output_values");
        builder.Property(run => run.RolloutId).HasColumnName("rollout_id").HasMaxLength(36);
    }
}
