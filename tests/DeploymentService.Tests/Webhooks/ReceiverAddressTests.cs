using System.Net;
using DeploymentService.Host;
using DeploymentService.Settings;
using DeploymentService.Webhooks;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Webhooks;

/// <summary>Nothing inside can be reached by a webhook, however it is spelt, unless an operator allows it.</summary>
public sealed class ReceiverAddressTests
{
    private static readonly ReceiverAddresses Standard = With("");

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_refused(string address) => Assert.False(Standard.IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2606:4700:4700::1111")]
    public void A_public_address_is_allowed(string address) => Assert.True(Standard.IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://a.localhost/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    public void A_url_that_leads_inside_is_refused(string url) => Assert.EndsWith(ReceiverAddresses.Refusal, Standard.Check(url), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("/hook")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("https://user:pw@example.com/")]
    [InlineData("https://example.com/#part")]
    [InlineData("http://example.com:22/")]
    [InlineData("http://example.com:99999/")]
    public void What_is_no_url_for_a_webhook_is_refused(string url) => Assert.NotNull(Standard.Check(url));

    [Theory]
    [InlineData("https://example.com/hook?key=1")]
    [InlineData("http://example.com:8080")]
    [InlineData("https://1.1.1.1/")]
    public void A_public_url_is_taken(string url) => Assert.Null(Standard.Check(url));

    [Fact]
    public void A_setting_allows_a_network_and_nothing_beside_it()
    {
        var addresses = With("10.20.0.0/16, fd00:20::/32");

        Assert.Null(addresses.Check("http://10.20.1.1/"));
        Assert.True(addresses.IsAllowed(IPAddress.Parse("::ffff:10.20.1.1")));
        Assert.True(addresses.IsAllowed(IPAddress.Parse("fd00:20::1")));
        Assert.NotNull(addresses.Check("http://10.21.1.1/"));
        Assert.NotNull(addresses.Check("http://localhost/"));
        Assert.Null(With("127.0.0.0/8").Check("http://localhost/"));
    }

    [Fact]
    public void A_setting_that_is_no_network_ends_the_start() => Assert.Equal(
        ["Webhooks:AllowedNetworks has '10.0.0.0/33': use networks such as 10.20.0.0/16 or fd00:20::/32, with commas between (environment: Webhooks__AllowedNetworks)"],
        Assert.Throws<SettingsException>(() => Read("10.0.0.0/33")).Faults);

    private static ReceiverAddresses With(string networks) => new(Read(networks));

    private static WebhooksOptions Read(string networks) => ServiceSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Webhooks:AllowedNetworks", networks)]).Build()).Webhooks;
}
