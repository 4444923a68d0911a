using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>idempotency_keys</c>: what a request came to that carried the header <c>Idempotency-Key</c>. The first answer is made again from the
/// body, which is the same, and from the id and the time that are kept here.
/// </summary>
public sealed record IdempotencyRecord
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>What was asked for, such as <c>software_deployments:create</c>; second part of the primary key.</summary>
    public required string Operation { get; init; }

    /// <summary>The key, as the client made it; third part of the primary key.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the body, or of what the path names where there is none.</summary>
    public required byte[] BodyHash { get; init; }

    /// <summary>The UUID of what was created, or run.</summary>
    public required string ResourceId { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreationTime { get; init; }
}

/// <summary>How an <see cref="IdempotencyRecord"/> lies in the database.</summary>
public sealed class IdempotencyRecordMapping : IEntityTypeConfiguration<IdempotencyRecord>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("idempotency_keys");
        builder.HasKey(key => new { key.ProjectId, key.Operation, key.Key });
        builder.Property(key => key.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(key => key.Operation).HasColumnName("operation").HasMaxLength(64);
        builder.Property(key => key.Key).HasColumnName("key").HasMaxLength(255);
        builder.Property(key => key.BodyHash).HasColumnName("body_hash");
        builder.Property(key => key.ResourceId).HasColumnName("resource_id").HasMaxLength(36);
        builder.Property(key => key.CreationTime).HasColumnName("creation_time");
        // The oldest are forgotten first.
        builder.HasIndex(key => key.CreationTime);
    }
}
