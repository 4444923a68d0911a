using DeploymentService.Storage.Model;
using DeploymentService.Webhooks;

namespace DeploymentService.Tests.Webhooks;

/// <summary>What an event is called, and when the next attempt is.</summary>
public sealed class WebhookTypeTests
{
    [Theory]
    [InlineData("created", null, "COMPLETE", "deployment.created")]
    [InlineData("update", "IN_PROGRESS", "COMPLETE", "deployment.complete")]
    [InlineData("signal", "IN_PROGRESS", "FAILED", "deployment.failed")]
    [InlineData("late", "FAILED", "COMPLETE", "deployment.complete")]
    [InlineData("late", "FAILED", "FAILED", "deployment.late")]
    [InlineData("signal", "COMPLETE", "COMPLETE", "deployment.updated")]
    [InlineData("update", "FAILED", "IN_PROGRESS", "deployment.updated")]
    [InlineData("expired", "IN_PROGRESS", "FAILED", "deployment.expired")]
    [InlineData("deleted", "FAILED", null, "deployment.deleted")]
    public void An_event_of_a_deployment_is_called_by_what_it_came_to(string kind, string? from, string? to, string type) =>
        Assert.Equal(type, WebhookTypes.Of(Event(null, kind) with { StatusFrom = from, StatusTo = to }));

    [Fact]
    public void Whatever_the_log_says_can_be_asked_for()
    {
        var kinds = EventKind.All.Select(kind => Event(null, kind))
            .Concat(typeof(Program).Assembly.GetType("DeploymentService.Rollouts.RolloutEvents", throwOnError: true)!.GetFields().Select(field => Event(EventSubject.Rollout, (string)field.GetRawConstantValue()!)))
            .Append(Event(EventSubject.Server, "removed"));

        Assert.Subset(WebhookTypes.All.ToHashSet(), kinds.Select(evt => WebhookTypes.Of(evt)!).ToHashSet());
    }

    [Theory]
    [InlineData(EventSubject.Token)]
    [InlineData(EventSubject.Session)]
    [InlineData(EventSubject.SigningKey)]
    [InlineData(EventSubject.Quota)]
    [InlineData(EventSubject.Webhook)]
    public void Who_may_come_in_is_told_by_no_webhook(string subject) => Assert.Null(WebhookTypes.Of(Event(subject, "created")));

    [Theory]
    [InlineData(null, true)]
    [InlineData("deployment.failed", true)]
    [InlineData("rollout.*,deployment.*", true)]
    [InlineData("deployment.complete,rollout.ended", false)]
    public void A_webhook_wants_what_it_names(string? wanted, bool isWanted) => Assert.Equal(isWanted, WebhookTypes.IsWanted(wanted, "deployment.failed"));

    [Fact]
    public void Delays_grow_from_seconds_to_hours()
    {
        var delays = Enumerable.Range(1, 30).Select(attempt => RetrySchedule.Delay(attempt, 0.5)).ToList();

        Assert.Equal(TimeSpan.FromSeconds(1), delays[0]);
        Assert.Equal(TimeSpan.FromSeconds(1.5), delays[1]);
        Assert.Equal(delays.Order(), delays);
        Assert.Equal(TimeSpan.FromHours(4), delays[^1]);
        Assert.Equal(TimeSpan.FromSeconds(0.8), RetrySchedule.Delay(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(1.2), RetrySchedule.Delay(1, 1));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(60, 6)]
    [InlineData(3600, 360)]
    [InlineData(24 * 3600, 600)]
    public void The_longer_a_receiver_is_away_the_more_rarely_it_is_asked(int failing, int pause) =>
        Assert.Equal(TimeSpan.FromSeconds(pause), RetrySchedule.Pause(TimeSpan.FromSeconds(failing)));

    private static DeploymentEvent Event(string? subject, string kind) => new()
    {
        Sequence = 1,
        ProjectId = "p",
        Subject = subject,
        DeploymentNumber = 1,
        DeploymentId = "d",
        ServerId = "s",
        Time = default,
        Kind = kind,
        Execution = 1,
        ActorRole = "member",
    };
}
