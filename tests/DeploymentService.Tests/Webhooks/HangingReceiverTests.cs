using System.Net;
using System.Net.Sockets;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using DeploymentService.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;

namespace DeploymentService.Tests.Webhooks;

/// <summary>Receivers that do not answer, and addresses that are not connected to.</summary>
public sealed class HangingReceiverTests
{
    [Fact]
    public async Task The_webhooks_of_a_project_that_hang_hold_up_no_other_project()
    {
        var (begun, hold) = (0, new TaskCompletionSource());
        await using var hanging = await Receiver.StartAsync(async _ =>
        {
            Interlocked.Increment(ref begun);
            await hold.Task;
            return 200;
        });
        await using var receiver = await Receiver.StartAsync();
        using var timed = With(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var (one, other) = (timed.NewProject(), timed.NewProject());
        for (var webhook = 0; webhook < 10; webhook++)
        {
            await one.WebhookAsync(hanging.Url);
        }

        await other.WebhookAsync(receiver.Url);
        var config = await one.ConfigAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(server => one.DeploymentAsync($"server-{server}", config)));
        await Until.TrueAsync(
            async () => (await one.DoAsync("GET", "webhooks"))["webhooks"]!.AsArray().All(webhook => webhook!["pending"]!.GetValue<int>() == 8) && Volatile.Read(ref begun) >= 16,
            () => $"{Volatile.Read(ref begun)} have begun");

        await other.DeploymentAsync();
        await Until.TrueAsync(() => receiver.Taken.Count > 0, () => "nothing came");

        Assert.Empty(hanging.All);
        hold.SetResult();
    }

    [Fact]
    public async Task What_waits_for_its_place_is_not_sent_when_the_webhook_is_turned_off()
    {
        var (begun, hold) = (0, new TaskCompletionSource());
        await using var hanging = await Receiver.StartAsync(async _ =>
        {
            Interlocked.Increment(ref begun);
            await hold.Task;
            return 200;
        });
        await using var receiver = await Receiver.StartAsync();
        using var timed = With(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var (project, other) = (timed.NewProject(), timed.NewProject());
        await other.WebhookAsync(receiver.Url);
        List<string> ids = [];
        for (var webhook = 0; webhook < 3; webhook++)
        {
            ids.Add((await project.WebhookAsync(hanging.Url)).Id);
        }

        var config = await project.ConfigAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(server => project.DeploymentAsync($"server-{server}", config)));
        await Until.TrueAsync(
            async () => (await project.DoAsync("GET", "webhooks"))["webhooks"]!.AsArray().All(webhook => webhook!["pending"]!.GetValue<int>() == 8) && Volatile.Read(ref begun) == 16,
            () => $"{Volatile.Read(ref begun)} have begun");

        await Task.WhenAll(ids.Select(id => project.DoAsync("PUT", "webhooks/" + id, """{"enabled": false}""")));
        hold.SetResult();
        await Until.TrueAsync(() => hanging.All.Count == 16, () => $"{hanging.All.Count} came");
        // Others have their places meanwhile.
        for (var round = 1; round <= 3; round++)
        {
            await other.DeploymentAsync();
            await Until.TrueAsync(() => receiver.Taken.Count == round, () => $"{receiver.Taken.Count} came");
        }

        Assert.Equal(16, Volatile.Read(ref begun));
    }

    [Fact]
    public async Task To_one_that_fails_one_is_sent_at_a_time()
    {
        var (sending, most, gate) = (0, 0, new Lock());
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++sending);
            }

            // As long as others that were sent with it take to come.
            await Task.Delay(50);
            lock (gate)
            {
                sending--;
            }

            return 500;
        });
        using var timed = new TimedApp();
        var project = timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        var config = await project.ConfigAsync();
        await project.DeploymentAsync("a-server", config);
        await project.UntilFailingAsync(id);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(server => project.DeploymentAsync($"server-{server}", config)));
        await Until.TrueAsync(() => receiver.All.Count >= 6, () => $"{receiver.All.Count} came");

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task An_address_that_is_not_public_is_not_connected_to_whatever_the_url_was_when_it_was_checked_and_its_name_is_in_no_log()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var log = new CapturedLog();
        using var timed = new TimedApp(
            null, settings: new() { ["Webhooks:AllowedNetworks"] = "", ["Logging:Level"] = "Information" }, replace: services => services.AddSingleton<ILogEventSink>(log));
        var project = timed.NewProject();
        var (id, _) = await project.WebhookAsync("http://1.1.1.1:1024/", """, "enabled": false""");
        // As a name does that was public when the webhook was made.
        timed.App.Database.Execute("UPDATE webhooks SET url = @url WHERE id = @id", ("url", $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"), ("id", id));
        await project.DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await project.DeploymentAsync();

        var failing = await project.UntilFailingAsync(id);
        Assert.Equal("The address of localhost " + ReceiverAddresses.Refusal, failing["last_error"]!.GetValue<string>());
        Assert.False(listener.Pending());

        var off = await project.UntilOffAsync(id, timed);
        await Until.TrueAsync(() => log.Events.Any(logged => logged.RenderMessage(null).Contains("is turned off", StringComparison.Ordinal)), () => "not logged");

        Assert.Equal("Every delivery failed for 5 days, the last one with: It could not be sent: HttpRequestException", off["disabled_reason"]!.GetValue<string>());
        Assert.All(
            log.Events.Select(logged => logged.RenderMessage(null)).Where(message => message.StartsWith("Webhook ", StringComparison.Ordinal)),
            message => Assert.DoesNotContain("localhost", message, StringComparison.Ordinal));
        Assert.Equal(0, timed.App.Database.Number("SELECT count(*) FROM deployment_events WHERE deployment_id = @id AND reason LIKE '%localhost%'", ("id", id)));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task One_that_is_not_connected_to_is_told_from_one_that_does_not_answer()
    {
        // It lets nobody get as far as to ask.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var timed = With(TimeSpan.FromSeconds(0.5), Timeout.InfiniteTimeSpan);
        var project = timed.NewProject();
        var (id, _) = await project.WebhookAsync($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        await project.DeploymentAsync();

        var failing = await project.UntilFailingAsync(id);

        Assert.Equal("No connection within 0.5 seconds", failing["last_error"]!.GetValue<string>());
    }

    private static TimedApp With(TimeSpan connectPatience, TimeSpan patience) => new(null, replace: services => services.AddSingleton(new WebhooksOptions
    {
        Enabled = true,
        AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")],
        ConnectPatience = connectPatience,
        Patience = patience,
    }));
}
