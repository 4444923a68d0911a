using DeploymentService.Storage.Model;
using DeploymentService.Webhooks;

namespace DeploymentService.Tests.Webhooks;

/// <summary>What is sent next.</summary>
public sealed class DeliveryQueueTests
{
    private static readonly DateTime Now = new(2026, 11, 26, 12, 0, 0, DateTimeKind.Utc);

    private readonly DeliveryQueue _queue = new();

    [Fact]
    public void Of_one_deployment_one_is_sent_at_a_time_and_others_go_on()
    {
        _queue.Add([Delivery(1, "a"), Delivery(2, "a"), Delivery(3, "b"), Delivery(4, "")]);

        Assert.Equal([1, 3, 4], Take());
        Assert.Empty(Take());

        _queue.Put(Delivery(1, "a") with { State = DeliveryState.Delivered });
        Assert.Equal([2], Take());
    }

    [Fact]
    public void One_that_failed_holds_up_what_is_behind_it_until_it_is_due_and_nothing_else()
    {
        _queue.Add([Delivery(1, "a"), Delivery(2, "a"), Delivery(3, "b")]);
        Take();

        _queue.Put(Delivery(1, "a") with { NextTime = Now.AddSeconds(1) });
        _queue.Put(Delivery(3, "b") with { State = DeliveryState.GivenUp });

        Assert.Empty(Take());
        Assert.Equal([1], Take(later: 1));
        _queue.Put(Delivery(1, "a") with { State = DeliveryState.GivenUp });
        Assert.Equal([2], Take());
    }

    [Fact]
    public void What_is_wanted_again_comes_first_holds_up_nothing_and_is_held_up_by_nothing()
    {
        _queue.Add([Delivery(1, "a") with { Redeliveries = 1 }, Delivery(2, "a"), Delivery(3, "a") with { Redeliveries = 1 }]);

        Assert.Equal([1, 3, 2], Take());
    }

    [Fact]
    public void No_more_is_sent_at_once_than_may_be()
    {
        _queue.Add(Enumerable.Range(1, 20).Select(number => Delivery(number, "")));

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Take());
        _queue.Return(3);
        Assert.Equal([3], Take());
    }

    [Fact]
    public void What_the_database_says_replaces_what_was_known_but_what_is_being_sent_stays_so()
    {
        _queue.Add([Delivery(1, "a"), Delivery(2, "b")]);
        Take();

        _queue.Load([Delivery(1, "a"), Delivery(3, "c")]);

        Assert.Equal([3], Take());
        Assert.Equal(2, _queue.Count);
    }

    private IEnumerable<long> Take(int later = 0) => _queue.TakeDue(Now.AddSeconds(later), 8).Select(delivery => delivery.Number);

    private static WebhookDelivery Delivery(long number, string subject) => new()
    {
        ProjectId = "p",
        WebhookId = "w",
        Number = number,
        Type = "deployment.updated",
        SubjectId = subject,
        Body = [],
        EventTime = Now,
        QueuedTime = Now,
        NextTime = Now,
    };
}
