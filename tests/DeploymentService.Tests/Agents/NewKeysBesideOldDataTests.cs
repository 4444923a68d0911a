using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Serilog.Events;

namespace DeploymentService.Tests.Agents;

/// <summary>A start that has to make keys although agents have URLs already says what that means.</summary>
public sealed class NewKeysBesideOldDataTests : IDisposable
{
    private const string Warning = "every agent URL that was handed out before is worthless";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_that_are_gone_are_missed_and_those_of_a_new_database_are_not()
    {
        string url;
        using (var first = new LoggedApp(_ => { }, folder: _folder.Name))
        {
            var project = new Project(first.App, "project");
            await project.DeploymentAsync();
            url = (await Agent.OfAsync(project)).Url;
            Assert.DoesNotContain(first.Log.Events, HasWarning);
        }

        _folder.Database.Execute("DELETE FROM signing_keys");
        using (var second = new LoggedApp(_ => { }, folder: _folder.Name))
        {
            Assert.Equal(LogEventLevel.Warning, Assert.Single(second.Log.Events, HasWarning).Level);
            Assert.Equal(404, (await new Agent(second.App, new Uri(url).PathAndQuery).PollAsync()).Status);
        }

        using var third = new LoggedApp(_ => { }, folder: _folder.Name);
        Assert.DoesNotContain(third.Log.Events, HasWarning);
    }

    private static bool HasWarning(LogEvent logged) => logged.MessageTemplate.Text.Contains(Warning, StringComparison.Ordinal);
}
