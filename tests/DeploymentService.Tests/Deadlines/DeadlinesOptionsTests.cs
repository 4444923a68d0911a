using DeploymentService.Host;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Deadlines;

/// <summary>The settings, and the timeout of deployments that are created without one.</summary>
public sealed class DeadlinesOptionsTests
{
    [Fact]
    public void Without_a_setting_nobody_is_waited_for() => Assert.Equal((0, 300), Read());

    [Theory]
    [InlineData("0", "1")]
    [InlineData("31536000", "31536000")]
    public void The_limits_are_taken(string timeout, string overdue) => Assert.Equal(
        (int.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture), int.Parse(overdue, System.Globalization.CultureInfo.InvariantCulture)),
        Read(("Deadlines:TimeoutSeconds", timeout), ("Deadlines:OverdueSeconds", overdue)));

    [Fact]
    public void What_is_beyond_them_is_refused() => Assert.Equal(
        [
            "Deadlines:TimeoutSeconds is '-1': use a whole number from 0 to 31536000 (environment: Deadlines__TimeoutSeconds)",
            "Deadlines:OverdueSeconds is '0': use a whole number from 1 to 31536000 (environment: Deadlines__OverdueSeconds)",
        ],
        Assert.Throws<SettingsException>(() => Read(("Deadlines:TimeoutSeconds", "-1"), ("Deadlines:OverdueSeconds", "0"))).Faults);

    [Fact]
    public async Task The_setting_is_the_timeout_of_deployments_that_are_created_without_one()
    {
        using var timed = new TimedApp(folder: null, settings: new() { ["Deadlines:TimeoutSeconds"] = "30" });
        var project = timed.NewProject();
        var usual = await project.DeploymentAsync();
        var longer = await project.TimedDeploymentAsync(31);
        var none = await project.TimedDeploymentAsync(0);

        await timed.PassAsync(30);

        Assert.Equal("created overdue", await project.KindsAsync(usual));
        Assert.Equal("created", await project.KindsAsync(longer));
        Assert.Null((await project.LookAsync(none)).Overdue);
    }

    private static (int Timeout, int Overdue) Read(params (string Key, string Value)[] settings)
    {
        var read = ServiceSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build());
        return (read.Deployments.TimeoutSeconds, read.Deadlines.OverdueSeconds);
    }
}
