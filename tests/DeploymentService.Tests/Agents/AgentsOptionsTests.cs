using DeploymentService.Host;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Agents;

/// <summary>The settings of the agents' loop.</summary>
public sealed class AgentsOptionsTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("http://127.0.0.1:8004")]
    [InlineData("https://deployments.example/heat")]
    public void An_address_of_the_service_is_taken(string url) => Assert.Equal(url, Read(("PublicUrl", url)).Api.PublicUrl);

    [Theory]
    [InlineData("http://host/")]
    [InlineData("ftp://host")]
    [InlineData("host:8004")]
    [InlineData("/path")]
    [InlineData("https://user:a-secret@host")]
    [InlineData("https://host/?a")]
    [InlineData("https://host/#a")]
    public void What_is_no_address_of_the_service_is_refused_and_not_repeated(string url)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read(("PublicUrl", url))).Faults);

        Assert.StartsWith("PublicUrl is no address of this service", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(url, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_has_at_least_32_characters()
    {
        Assert.Equal(Key, Read(("Agents:SigningKey", Key)).Agents.SigningKey);

        var faults = Assert.Throws<SettingsException>(() => Read(("Agents:SigningKey", Key[1..]), ("Agents:PreviousSigningKey", Key[1..]))).Faults;

        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.Contains("is too short", fault, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.DoesNotContain(Key[1..], fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_previous_key_needs_a_present_one() => Assert.StartsWith(
        "Agents:PreviousSigningKey stands alone",
        Assert.Single(Assert.Throws<SettingsException>(() => Read(("Agents:PreviousSigningKey", Key))).Faults),
        StringComparison.Ordinal);

    private static ServiceSettings Read(params (string Key, string Value)[] settings) => ServiceSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build());
}
