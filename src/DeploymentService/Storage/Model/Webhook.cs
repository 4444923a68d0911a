using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>webhooks</c>: an address that is told what happens in a project, and how far it has been told.</summary>
public sealed record Webhook
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The UUID of the webhook; second part of the primary key.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Where deliveries go. It may be a secret by itself, and is in no log.</summary>
    public required string Url { get; init; }

    /// <summary>The types of events that are delivered, with commas between; null for all.</summary>
    public string? Events { get; init; }

    /// <summary>Only events of deployments of a config with this name; null for all.</summary>
    public string? ConfigName { get; init; }

    /// <summary>Only events of this server; null for all.</summary>
    public string? ServerId { get; init; }

    /// <summary>Only events behind which the status is this; null for all.</summary>
    public string? Status { get; init; }

    /// <summary>False while nothing is delivered.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Why the service has turned it off; null when it has not.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>The key that signs.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The key before that one; null for none.</summary>
    public byte[]? PreviousSecret { get; init; }

    /// <summary>Until when the key before signs, too, UTC.</summary>
    public DateTime? PreviousUntil { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>When people last changed it, UTC.</summary>
    public DateTime? UpdatedTime { get; init; }

    /// <summary>The name of who created it; null for whoever has none.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Up to which event of the log everything is delivered, or waits in <c>webhook_deliveries</c>.</summary>
    public required long Position { get; init; }

    /// <summary>The process that delivers; null for none.</summary>
    public string? LeaseOwner { get; init; }

    /// <summary>Until when that process alone delivers, UTC.</summary>
    public DateTime? LeaseUntil { get; init; }

    /// <summary>Since when every attempt has failed, UTC; null when the last one did not.</summary>
    public DateTime? FailingSince { get; init; }

    /// <summary>When something was last sent, UTC.</summary>
    public DateTime? LastTime { get; init; }

    /// <summary>The status of the last answer; null when there was none.</summary>
    public long? LastStatus { get; init; }

    /// <summary>What was wrong with the last attempt; null when nothing was.</summary>
    public string? LastError { get; init; }
}

/// <summary>How a <see cref="Webhook"/> lies in the database.</summary>
public sealed class WebhookMapping : IEntityTypeConfiguration<Webhook>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("webhooks");
        builder.HasKey(webhook => new { webhook.ProjectId, webhook.Id });
        builder.Property(webhook => webhook.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(webhook => webhook.Id).HasColumnName("id").HasMaxLength(36);
        builder.Property(webhook => webhook.Name).HasColumnName("name").HasMaxLength(255);
        builder.Property(webhook => webhook.Url).HasColumnName("url").HasMaxLength(2000);
        builder.Property(webhook => webhook.Events).HasColumnName("events");
        builder.Property(webhook => webhook.ConfigName).HasColumnName("config_name").HasMaxLength(255);
        builder.Property(webhook => webhook.ServerId).HasColumnName("server_id").HasMaxLength(255);
        builder.Property(webhook => webhook.Status).HasColumnName("status").HasMaxLength(32);
        builder.Property(webhook => webhook.Enabled).HasColumnName("enabled");
        builder.Property(webhook => webhook.DisabledReason).HasColumnName("disabled_reason");
        builder.Property(webhook => webhook.Secret).HasColumnName("secret");
        builder.Property(webhook => webhook.PreviousSecret).HasColumnName("previous_secret");
        builder.Property(webhook => webhook.PreviousUntil).HasColumnName("previous_until");
        builder.Property(webhook => webhook.CreationTime).HasColumnName("creation_time");
        builder.Property(webhook => webhook.UpdatedTime).HasColumnName("updated_time");
        builder.Property(webhook => webhook.CreatedBy).HasColumnName("created_by").HasMaxLength(255);
        builder.Property(webhook => webhook.Position).HasColumnName("position");
        builder.Property(webhook => webhook.LeaseOwner).HasColumnName("lease_owner").HasMaxLength(36);
        builder.Property(webhook => webhook.LeaseUntil).HasColumnName("lease_until");
        builder.Property(webhook => webhook.FailingSince).HasColumnName("failing_since");
        builder.Property(webhook => webhook.LastTime).HasColumnName("last_time");
        builder.Property(webhook => webhook.LastStatus).HasColumnName("last_status");
        builder.Property(webhook => webhook.LastError).HasColumnName("last_error");

        // The list of a project, oldest first.
        builder.HasIndex(webhook => new { webhook.ProjectId, webhook.CreationTime, webhook.Id });
    }
}
