using System.Globalization;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth.Sessions;

/// <summary>Who guesses secrets is slowed down, and nobody is locked out by it.</summary>
public sealed class FailedSignInTests
{
    [Fact]
    public async Task After_some_failures_of_a_name_the_next_is_429_and_a_right_secret_is_still_good()
    {
        await using var app = new ServiceApp(new() { ["Limits:FailedSignIns"] = "3", ["Limits:FailedSignInsOfAddress"] = "0" });
        app.StartServer();
        var project = new Project(app);
        var secret = await project.MemberTokenAsync();
        foreach (var name in new[] { "member-of-a-test", "somebody" })
        {
            for (var failure = 0; failure < 3; failure++)
            {
                Assert.Equal(401, (await app.SignInAsync(name, "wrong")).Status);
            }

            var refused = await app.SignInAsync(name, "wrong");
            Assert.Equal(429, refused.Status);
            Assert.Contains("Limits:FailedSignIns", refused.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.InRange(int.Parse(refused.Headers["retry-after"], CultureInfo.InvariantCulture), 1, 60);
        }

        Assert.Equal(201, (await app.SignInAsync("member-of-a-test", secret)).Status);
        Assert.Equal(401, (await app.SignInAsync("another", "wrong")).Status);
    }

    [Fact]
    public async Task An_address_has_a_limit_over_all_names()
    {
        await using var app = new ServiceApp(new() { ["Limits:FailedSignIns"] = "0", ["Limits:FailedSignInsOfAddress"] = "5" });
        app.StartServer();
        var secret = await new Project(app).MemberTokenAsync();
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.Equal(401, (await app.SignInAsync($"name-{failure}", "wrong")).Status);
        }

        Assert.Equal(429, (await app.SignInAsync("name-6", "wrong")).Status);
        Assert.Equal(201, (await app.SignInAsync("member-of-a-test", secret)).Status);
    }
}
