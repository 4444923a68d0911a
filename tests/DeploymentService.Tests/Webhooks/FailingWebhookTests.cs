using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

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
        await project.UntilFailingAsync(id);

        var off = await project.UntilOffAsync(id, _timed);
        var second = await project.DeploymentAsync();

        Assert.StartsWith("Every delivery failed for 5 days", off["disabled_reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(1, _timed.App.Database.Number("SELECT count(*) FROM deployment_events WHERE subject = 'webhook' AND kind = 'disabled' AND actor_role = 'service' AND deployment_id = @id", ("id", id)));
        await project.ReportAsync(second, "COMPLETE");

        Volatile.Write(ref isBack, true);
        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await Until.TrueAsync(() => receiver.Taken.Count(received => received.DeploymentId == second) == 2, () => $"{receiver.Taken.Count} came");

        Assert.Equal(["deployment.created", "deployment.complete"], receiver.Taken.Where(received => received.DeploymentId == second).Select(received => received.Type));
        // Its day was over before the webhook was turned off.
        Assert.DoesNotContain(receiver.Taken, received => received.DeploymentId == first);
    }

    [Fact]
    public async Task Days_in_which_nothing_was_to_be_sent_are_no_days_of_failing()
    {
        await using var receiver = await Receiver.StartAsync(_ => 500);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DeploymentAsync();
        await project.UntilFailingAsync(id);
        _timed.Pass(24 * 3600);
        await project.UntilDeliveredAsync(id, 1);
        _timed.Pass(5 * 24 * 3600);

        await project.DeploymentAsync();

        var failing = await project.UntilWebhookAsync(id, webhook => webhook["failing_since"]!.GetValue<string>() == "2026-11-29T12:00:00Z");
        Assert.True(failing["enabled"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_receiver_that_is_away_for_long_is_asked_rarely_however_much_waits_and_at_once_when_a_person_wants_it()
    {
        await using var receiver = await Receiver.StartAsync(_ => 500);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        var config = await project.ConfigAsync();
        await project.DeploymentAsync("a", config);
        await project.UntilFailingAsync(id);
        _timed.Pass(3600);
        await Until.TrueAsync(() => receiver.All.Count == 2, () => $"{receiver.All.Count} came");
        await project.UntilWebhookAsync(id, webhook => webhook["last_attempt_time"]!.GetValue<string>() == "2026-11-23T13:00:00Z");

        await project.DeploymentAsync("b", config);
        await project.UntilWebhookAsync(id, webhook => webhook["pending"]!.GetValue<int>() == 2);
        _timed.Pass(300);
        await project.DeploymentAsync("c", config);
        await project.UntilWebhookAsync(id, webhook => webhook["pending"]!.GetValue<int>() == 3);
        Assert.Equal(2, receiver.All.Count);

        await project.DoAsync("POST", $"webhooks/{id}/test");
        await Until.TrueAsync(() => receiver.All.Count == 3, () => $"{receiver.All.Count} came");
        Assert.Equal("webhook.ping", receiver.All[2].Type);
        _timed.Pass(600);
        await Until.TrueAsync(() => receiver.All.Count >= 4, () => $"{receiver.All.Count} came");
    }

    [Fact]
    public async Task How_far_it_has_come_is_stored_when_it_is_changed_so_that_nothing_before_is_looked_at_again()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url, """, "events": ["rollout.*"]""");
        var deployment = await project.DeploymentAsync();
        // Behind this the deployment was left out, and only memory knows.
        await project.DoAsync("POST", $"webhooks/{id}/test");
        await Until.TrueAsync(() => receiver.All.Count == 1, () => "no ping");

        await project.DoAsync("PUT", "webhooks/" + id, """{"events": []}""");

        await Until.TrueAsync(
            () => _timed.App.Database.Number(
                "SELECT count(*) FROM webhooks WHERE id = @id AND position >= (SELECT max(sequence) FROM deployment_events WHERE deployment_id = @deployment)",
                ("id", id), ("deployment", deployment)) == 1,
            () => "not stored");
    }

    [Fact]
    public async Task What_waits_has_its_day_again_when_the_webhook_is_turned_on()
    {
        await using var receiver = await Receiver.StartAsync(_ => 500);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DeploymentAsync();
        await project.UntilFailingAsync(id);
        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": false}""");
        _timed.Pass(2 * 24 * 3600);

        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await project.UntilFailingAsync(id);

        Assert.Equal("pending", Assert.Single(await project.DeliveriesAsync(id)).Status());
    }

    [Theory]
    [InlineData("""{"enabled": false}""", """{"enabled": true}""")]
    [InlineData("{}", """{"url": "URL"}""")]
    public async Task What_waits_makes_no_more_pause_when_the_webhook_is_turned_on_or_has_another_url(string before, string change)
    {
        var isBack = false;
        await using var receiver = await Receiver.StartAsync(_ => Volatile.Read(ref isBack) ? 200 : 500);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DeploymentAsync();
        for (var attempts = 1; attempts <= 3; attempts++)
        {
            var wanted = attempts;
            await Until.TrueAsync(async () => (await project.DeliveriesAsync(id)) is [var only] && only["attempts"]!.GetValue<int>() == wanted, () => $"no attempt {wanted}");
            _timed.Pass(attempts < 3 ? 60 : 0);
        }

        await project.DoAsync("PUT", "webhooks/" + id, before);
        Volatile.Write(ref isBack, true);
        await project.DoAsync("PUT", "webhooks/" + id, change.Replace("URL", receiver.Url + "/another", StringComparison.Ordinal));

        await project.UntilDeliveredAsync(id, 1);
        Assert.Equal("delivered", (await project.DeliveriesAsync(id))[0].Status());
    }

    [Fact]
    public async Task What_was_being_sent_when_a_person_wanted_it_again_is_sent_again()
    {
        var (begun, hold, count) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            if (Interlocked.Increment(ref count) > 1)
            {
                return 200;
            }

            begun.SetResult();
            await hold.Task;
            return 500;
        });
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DoAsync("POST", $"webhooks/{id}/test");
        await begun.Task;
        // The place in time by which it is known that somebody wanted it since.
        _timed.Pass(1);

        await project.DoAsync("POST", $"webhooks/{id}/deliveries/{(await project.DeliveriesAsync(id))[0]["id"]}/redeliver");
        hold.SetResult();

        await project.UntilDeliveredAsync(id, 1);
        Assert.Single(receiver.Taken);
    }

    [Fact]
    public async Task Of_pings_one_waits_at_a_time()
    {
        await using var receiver = await Receiver.StartAsync(_ => 500);
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        var ping = (await project.DoAsync("POST", $"webhooks/{id}/test"))["delivery"]!["id"]!.GetValue<string>();

        var answer = await project.AdminAsync("POST", $"webhooks/{id}/test");

        Assert.Equal(409, answer.Status);
        Assert.Contains($"POST deliveries/{ping}/redeliver", answer.Message, StringComparison.Ordinal);
        Assert.Single(await project.DeliveriesAsync(id));
    }

    [Fact]
    public async Task The_first_attempt_behind_a_start_trims_the_log_of_deliveries()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url, """, "enabled": false""");
        Store(id, "-i", state: 1, count: 1100);

        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await project.DoAsync("POST", $"webhooks/{id}/test");

        await Until.TrueAsync(() => Deliveries(id) == 1000, () => $"{Deliveries(id)} deliveries");
    }

    [Fact]
    public async Task A_gap_with_the_number_of_a_ping_holds_up_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = _timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url, """, "enabled": false""");
        await project.DeploymentAsync();
        var last = await project.DeploymentAsync();
        _timed.App.Database.Execute("DELETE FROM deployment_events WHERE deployment_id <> @last", ("last", last));
        Store(id, "(SELECT min(sequence) - 1 FROM deployment_events)", state: 1, count: 1);

        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");

        await Until.TrueAsync(() => receiver.Taken.Count > 0, () => "nothing came");
        Assert.Equal(last, receiver.Taken[0].DeploymentId);
    }

    // As a delivery lies in the database that came to its end long ago.
    private void Store(string id, string number, int state, int count) => _timed.App.Database.Execute(
        $"""
        INSERT INTO webhook_deliveries (project_id, webhook_id, number, type, subject_id, body, state, redeliveries, attempts, event_time, queued_time)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        SELECT project_id, id, {number}, 'webhook.ping', '', secret, {state}, 0, 1, creation_time, creation_time FROM webhooks, n WHERE id = @id
        """, ("id", id));

    private long Deliveries(string id) => _timed.App.Database.Number("SELECT count(*) FROM webhook_deliveries WHERE webhook_id = @id", ("id", id));

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
