using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>project_quotas</c>: how much a project may have of something, where that is not what the settings say.</summary>
public sealed record ProjectQuota
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Of what, a word; second part of the primary key.</summary>
    public required string Name { get; init; }

    /// <summary>How much; 0 for any amount.</summary>
    public required long Most { get; init; }
}

/// <summary>How a <see cref="ProjectQuota"/> lies in the database.</summary>
public sealed class ProjectQuotaMapping : IEntityTypeConfiguration<ProjectQuota>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<ProjectQuota> builder)
    {
        builder.ToTable("project_quotas");
        builder.HasKey(quota => new { quota.ProjectId, quota.Name });
        builder.Property(quota => quota.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(quota => quota.Name).HasColumnName("name").HasMaxLength(16);
        builder.Property(quota => quota.Most).HasColumnName("most");
    }
}
