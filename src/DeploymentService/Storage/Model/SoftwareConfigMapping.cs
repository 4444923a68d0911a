using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>How a <see cref="SoftwareConfig"/> lies in the database.</summary>
public sealed class SoftwareConfigMapping : IEntityTypeConfiguration<SoftwareConfig>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<SoftwareConfig> builder)
    {
        builder.ToTable("software_configs");
        builder.HasKey(config => new { config.ProjectId, config.Id });
        builder.Property(config => config.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(config => config.Id).HasColumnName("id").HasMaxLength(36);
        builder.Property(config => config.Sequence).HasColumnName("sequence");
        builder.Property(config => config.Name).HasColumnName("name").HasMaxLength(255);
        builder.Property(config => config.Group).HasColumnName("group").HasMaxLength(255);
        builder.Property(config => config.Config).HasColumnName("config");
        builder.Property(config => config.Inputs).HasColumnName("inputs");
        builder.Property(config => config.Outputs).HasColumnName("outputs");
        builder.Property(config => config.Options).HasColumnName("options");
        builder.Property(config => config.CreationTime).HasColumnName("creation_time");

        // The list of a project, newest first, with limit and marker.
        builder.HasIndex(config => new { config.ProjectId, config.Sequence }).IsUnique();
        // The writer asks for the highest number once, at start.
        builder.HasIndex(config => config.Sequence).IsUnique();
    }
}
