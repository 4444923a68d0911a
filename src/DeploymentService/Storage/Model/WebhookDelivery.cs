using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>webhook_deliveries</c>: a message to a webhook, which is still to be sent or was, and what became of its last attempt.</summary>
public sealed record WebhookDelivery
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The webhook; second part of the primary key.</summary>
    public required string WebhookId { get; init; }

    /// <summary>The event that it tells of, the last one where several are missing; third part of the primary key.</summary>
    public required long Number { get; init; }

    /// <summary>What it tells of, for example <c>deployment.failed</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The id of what it is about: messages about one thing are sent in order. Empty where nothing waits for it.</summary>
    public required string SubjectId { get; init; }

    /// <summary>The bytes that are sent, at every attempt the same.</summary>
    public required byte[] Body { get; init; }

    /// <summary>What has become of it.</summary>
    public DeliveryState State { get; init; }

    /// <summary>How often people wanted it sent again.</summary>
    public long Redeliveries { get; init; }

    /// <summary>How often it was sent.</summary>
    public long Attempts { get; init; }

    /// <summary>When that happened which it tells of, UTC.</summary>
    public required DateTime EventTime { get; init; }

    /// <summary>Since when it is to be sent, UTC: for a day it is tried again.</summary>
    public required DateTime QueuedTime { get; init; }

    /// <summary>When it is sent next, UTC; null when it is not.</summary>
    public DateTime? NextTime { get; init; }

    /// <summary>When it was last sent, UTC.</summary>
    public DateTime? AttemptTime { get; init; }

    /// <summary>The status of the last answer; null when there was none.</summary>
    public long? AnswerStatus { get; init; }

    /// <summary>How long the last attempt took.</summary>
    public long? DurationMilliseconds { get; init; }

    /// <summary>What was wrong with the last attempt; null when nothing was.</summary>
    public string? Error { get; init; }
}

/// <summary>What has become of a delivery. The numbers are stored.</summary>
public enum DeliveryState
{
    /// <summary>It is still to be sent, for the first time or again.</summary>
    Pending = 0,

    /// <summary>The receiver has it.</summary>
    Delivered = 1,

    /// <summary>It is sent no more.</summary>
    GivenUp = 2,
}

/// <summary>How a <see cref="WebhookDelivery"/> lies in the database.</summary>
public sealed class WebhookDeliveryMapping : IEntityTypeConfiguration<WebhookDelivery>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("webhook_deliveries");
        builder.HasKey(delivery => new { delivery.ProjectId, delivery.WebhookId, delivery.Number });
        builder.Property(delivery => delivery.ProjectId).HasColumnName("project_id").HasMaxLength(64);
        builder.Property(delivery => delivery.WebhookId).HasColumnName("webhook_id").HasMaxLength(36);
        builder.Property(delivery => delivery.Number).HasColumnName("number");
        builder.Property(delivery => delivery.Type).HasColumnName("type").HasMaxLength(64);
        builder.Property(delivery => delivery.SubjectId).HasColumnName("subject_id").HasMaxLength(255);
        builder.Property(delivery => delivery.Body).HasColumnName("body");
        builder.Property(delivery => delivery.State).HasColumnName("state");
        builder.Property(delivery => delivery.Redeliveries).HasColumnName("redeliveries");
        builder.Property(delivery => delivery.Attempts).HasColumnName("attempts");
        builder.Property(delivery => delivery.EventTime).HasColumnName("event_time");
        builder.Property(delivery => delivery.QueuedTime).HasColumnName("queued_time");
        builder.Property(delivery => delivery.NextTime).HasColumnName("next_time");
        builder.Property(delivery => delivery.AttemptTime).HasColumnName("attempt_time");
        builder.Property(delivery => delivery.AnswerStatus).HasColumnName("answer_status");
        builder.Property(delivery => delivery.DurationMilliseconds).HasColumnName("duration_milliseconds");
        builder.Property(delivery => delivery.Error).HasColumnName("error");

        // What is still to be sent; what was is not in it.
        builder.HasIndex(delivery => new { delivery.ProjectId, delivery.WebhookId, delivery.Number }, "IX_webhook_deliveries_pending").HasFilter("state = 0");
    }
}
