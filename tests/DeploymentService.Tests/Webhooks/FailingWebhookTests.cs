using DeploymentService.Tests.Deadlines;

namespace DeploymentService.Tests.Webhooks;

/// <summary>A receiver that does not take what it gets.</summary>
public sealed class FailingWebhookTests : IDisposable
{
    private readonly TimedApp _timed = new();

    public void Dispose() => _timed.Dispose();

    [Fact]
    public async Task What_fails_for_a_day_is_given_up_and_can_be_sent_again()
    {
        var isBack = false;
        await using var receiver = await Receiver.StartAsync(_ => Volatile.Read(ref isBack) ? 200 : 503);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        var deployment = await project.DeploymentAsync();

        var attempts = 0;
        await project.UntilDeliveredAsync(id, 1, meanwhile: () =>
        {
            // The longest pause, behind each attempt.
            if (receiver.All.Count > attempts)
            {
                attempts = receiver.All.Count;
                _timed.Pass(4 * 3600 * 6 / 5);
            }
        });

        var delivery = Assert.Single(await project.DeliveriesAsync(id));
        Assert.Equal("given_up", delivery.Status());
        Assert.Equal("Answered 503", delivery["error"]!.GetValue<string>());
        Assert.Equal(receiver.All.Count, delivery["attempts"]!.GetValue<int>());
        Assert.InRange(receiver.All.Count, 5, 7);
        Assert.NotNull((await project.ShowWebhookAsync(id))["failing_since"]);

        Volatile.Write(ref isBack, true);
        await project.DoAsync("POST", $"webhooks/{id}/deliveries/{delivery["id"]}/redeliver");
        await project.UntilDeliveredAsync(id, 1);

        Assert.Equal("delivered", (await project.DeliveriesAsync(id))[0].Status());
        Assert.Null((await project.ShowWebhookAsync(id))["failing_since"]);
        Assert.Equal(deployment, Assert.Single(receiver.Taken).DeploymentId);
    }

    [Fact]
    public async Task One_that_fails_for_days_is_turned_off_and_goes_on_where_it_was_when_it_is_turned_on()
    {
        var isBack = false;
        await using var receiver = await Receiver.StartAsync(_ => Volatile.Read(ref isBack) ? 200 : 500);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        var first = await project.DeploymentAsync();
        await project.UntilWebhookAsync(id, webhook => webhook["failing_since"] is not null);
        _timed.Pass(5 * 24 * 3600);

        var off = await project.UntilWebhookAsync(id, webhook => !webhook["enabled"]!.GetValue<bool>());
        var second = await project.DeploymentAsync();

        Assert.StartsWith("Every delivery failed for 5 days", off["disabled_reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(1, _timed.App.Database.Number("SELECT count(*) FROM deployment_events WHERE subject = 'webhook' AND kind = 'disabled' AND actor_role = 'service' AND deployment_id = @id", ("id", id)));
        await project.ReportAsync(second, "COMPLETE");

        Volatile.Write(ref isBack, true);
        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await WebhookRoom.UntilAsync(() => receiver.Taken.Count == 2, () => $"{receiver.Taken.Count} came");

        Assert.Equal(["deployment.created", "deployment.complete"], receiver.Taken.Select(received => received.Type));
        Assert.All(receiver.Taken, received => Assert.Equal(second, received.DeploymentId));
        Assert.DoesNotContain(receiver.Taken, received => received.DeploymentId == first);
    }

    [Fact]
    public async Task One_whose_receiver_is_gone_is_turned_off_at_once()
    {
        await using var receiver = await Receiver.StartAsync(_ => 410);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DeploymentAsync();

        var off = await project.UntilWebhookAsync(id, webhook => !webhook["enabled"]!.GetValue<bool>());

        Assert.Equal("The receiver answered 410: it is gone", off["disabled_reason"]!.GetValue<string>());
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Events_that_were_purged_before_they_could_be_delivered_are_told_of()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url, """, "enabled": false""");
        await project.DeploymentAsync();
        var last = await project.DeploymentAsync();
        _timed.App.Database.Execute("DELETE FROM deployment_events WHERE deployment_id <> @last", ("last", last));

        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await project.UntilDeliveredAsync(id, 2);

        var gap = receiver.Taken.Single(received => received.Type == "webhook.gap").Json["data"]!;
        var created = receiver.Taken.Single(received => received.Type == "deployment.created");
        Assert.Equal(last, created.DeploymentId);
        Assert.Equal(created.Sequence - 1, gap["to"]!.GetValue<long>());
        Assert.Contains(await project.DeliveriesAsync(id), delivery => delivery["type"]!.GetValue<string>() == "webhook.gap");
    }
}
