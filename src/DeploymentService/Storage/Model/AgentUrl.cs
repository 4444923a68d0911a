using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>agent_urls</c>: which of a server's agent URLs is good. A server whose URL was never rotated has none.</summary>
public sealed record AgentUrl
{
    /// <summary>The generation of a server without a row.</summary>
    public const long FirstGeneration = 1;

    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The server; second part of the primary key.</summary>
    public required string ServerId { get; init; }

    /// <summary>One more with every rotation. URLs of any other generation are refused.</summary>
    public required long Generation { get; init; }
}

/// <summary>How an <see cref="AgentUrl"/> lies in the database.</summary>
public sealed class AgentUrlMapping : IEntityTypeConfiguration<AgentUrl>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<AgentUrl> builder)
    {
        builder.ToTable("agent_urls");
        builder.HasKey(url => new { url.ProjectId, url.ServerId });
        builder.Property(url => url.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(url => url.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(url => url.Generation).HasColumnName("generation");
    }
}
