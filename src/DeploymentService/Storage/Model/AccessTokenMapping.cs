using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>How an <see cref="AccessToken"/> lies in the database.</summary>
public sealed class AccessTokenMapping : IEntityTypeConfiguration<AccessToken>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("access_tokens");
        builder.HasKey(token => new { token.ProjectId, token.Id });
        builder.Property(token => token.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(token => token.Id).HasColumnName("id").HasMaxLength(36);
        builder.Property(token => token.ParentId).HasColumnName("parent_id").HasMaxLength(36);
        builder.Property(token => token.Name).HasColumnName("name").HasMaxLength(255);
        builder.Property(token => token.Role).HasColumnName("role");
        builder.Property(token => token.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(token => token.SecretHash).HasColumnName("secret_hash").HasMaxLength(32);
        builder.Property(token => token.CreationTime).HasColumnName("creation_time");
        builder.Property(token => token.ExpiryTime).HasColumnName("expiry_time");
        builder.Property(token => token.LastUsedTime).HasColumnName("last_used_time");

        // Two tokens never share a secret.
        builder.HasIndex(token => token.SecretHash).IsUnique();
        // The sessions of a token, oldest first.
        builder.HasIndex(token => new { token.ParentId, token.CreationTime });
    }
}
