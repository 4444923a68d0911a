using DeploymentService.Host;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Auth.Keystone;

/// <summary>The settings of the mode Keystone.</summary>
public sealed class KeystoneOptionsTests
{
    [Fact]
    public void All_that_is_missing_is_named_at_once()
    {
        var fault = Assert.Throws<SettingsException>(() => Read(new() { ["Authentication:Mode"] = "Keystone", ["Keystone:CacheSeconds"] = "301" }));

        Assert.Equal(5, fault.Faults.Count);
        foreach (var key in new[] { "AuthUrl", "Username", "Password", "ProjectName", "CacheSeconds" })
        {
            Assert.Contains(fault.Faults, sentence => sentence.StartsWith($"Keystone:{key} ", StringComparison.Ordinal)
                && sentence.Contains($"Keystone__{key}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nothing_is_missing_in_another_mode() => Assert.Null(Read([]).Authentication.Keystone);

    [Theory]
    [InlineData("http://keystone:5000", "http://keystone:5000")]
    [InlineData("http://keystone:5000/", "http://keystone:5000")]
    [InlineData("http://keystone:5000/v3/", "http://keystone:5000")]
    [InlineData("https://cloud/identity/v3", "https://cloud/identity")]
    public void The_version_may_stand_in_the_address_or_not(string address, string unversioned)
    {
        var options = Read(Complete(address)).Authentication.Keystone!;

        Assert.Equal(unversioned + "/v3", options.AuthUrl);
        Assert.Equal(unversioned, options.UnversionedUrl);
    }

    [Theory]
    [InlineData("keystone:5000")]
    [InlineData("ftp://keystone")]
    [InlineData("http://user:secret@keystone:5000/v3")]
    public void Another_address_is_refused_and_not_repeated(string address)
    {
        var fault = Assert.Throws<SettingsException>(() => Read(Complete(address)));

        Assert.StartsWith("Keystone:AuthUrl is no plain", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Complete(string address) => new()
    {
        ["Authentication:Mode"] = "Keystone",
        ["Keystone:AuthUrl"] = address,
        ["Keystone:Username"] = "deployments",
        ["Keystone:Password"] = "a-password",
        ["Keystone:ProjectName"] = "service",
    };

    private static ServiceSettings Read(Dictionary<string, string?> settings) =>
        ServiceSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
