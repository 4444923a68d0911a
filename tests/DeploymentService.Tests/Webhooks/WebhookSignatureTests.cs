using System.Text;
using DeploymentService.Storage.Model;
using DeploymentService.Webhooks;

namespace DeploymentService.Tests.Webhooks;

/// <summary>The signature is the one of the specification Standard Webhooks.</summary>
public sealed class WebhookSignatureTests
{
    private static readonly DateTime Now = new(2026, 11, 26, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void The_public_example_gives_its_signature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(WebhookSignature.Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    [Fact]
    public void A_key_survives_being_a_text()
    {
        var key = WebhookSignature.NewKey();

        Assert.Equal(32, key.Length);
        Assert.Equal(key, WebhookSignature.Key(WebhookSignature.Text(key)));
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 1)]
    public void The_key_before_signs_first_until_its_time_is_over(int seconds, int count)
    {
        var (key, previous) = (WebhookSignature.NewKey(), WebhookSignature.NewKey());
        var webhook = new Webhook
        {
            ProjectId = "p",
            Id = "w",
            Name = "n",
            Url = "u",
            Secret = key,
            PreviousSecret = previous,
            PreviousUntil = Now,
            CreationTime = Now,
            Position = 1,
        };
        var body = Encoding.UTF8.GetBytes("{}");

        var signatures = WebhookSignature.Of(webhook, "msg_1", 5, body, Now.AddSeconds(seconds)).Split(' ');

        Assert.Equal(count, signatures.Length);
        Assert.Equal(WebhookSignature.Of(key, "msg_1", 5, body), signatures[^1]);
        Assert.Equal(WebhookSignature.Of(count == 2 ? previous : key, "msg_1", 5, body), signatures[0]);
    }
}
