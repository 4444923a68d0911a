using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using DeploymentService.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DeploymentService.Tests.Webhooks;

/// <summary>A service that is not to speak to receivers, such as one of a drill with a copy of the real one's database.</summary>
public sealed class WebhooksOffTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_is_sent_while_it_is_off_and_everything_when_it_is_on_again()
    {
        await using var receiver = await Receiver.StartAsync();
        string id;
        await using (var off = new ServiceApp(new() { ["Webhooks:Enabled"] = "false" }, _folder.Name))
        {
            var project = new Project(off, "project");
            (id, _) = await project.WebhookAsync(receiver.Url);
            await project.DeploymentAsync();
            Assert.Equal(200, (await project.AdminAsync("GET", "webhooks/" + id)).Status);

            // Nobody is there who would send, however long one waits.
            Assert.DoesNotContain(off.Services.GetServices<IHostedService>(), service => service.GetType().Namespace == typeof(WebhooksOptions).Namespace);
            Assert.DoesNotContain(off.Services.GetServices<ILogFollower>(), follower => follower.Name == "webhooks");
            Assert.Empty(await project.DeliveriesAsync(id));
        }

        Assert.Empty(receiver.All);
        await using var on = new ServiceApp(folder: _folder.Name);
        await new Project(on, "project").UntilDeliveredAsync(id, 1);
        Assert.Equal("deployment.created", Assert.Single(receiver.Taken).Type);
    }
}
