using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.Bodies;

/// <summary>All bodies together hold no more than they may, and small ones are taken all the same.</summary>
public sealed class BytesInFlightTests
{
    private const int Mebibyte = 1024 * 1024;

    // As much as one report may have, the least that can be set.
    private const int Room = 16;

    [Fact]
    public async Task What_has_no_room_is_told_to_come_again_and_there_is_room_when_the_others_are_gone()
    {
        await using var app = new ServiceApp(new() { ["Limits:BytesInFlight"] = $"{Room * Mebibyte}" });
        app.StartServer();
        var project = new Project(app);
        var token = await project.MemberTokenAsync();
        var large = $$"""{"name": "a", "config": "{{new string('x', Mebibyte - 100)}}"}""";
        var held = new List<SlowClient>();
        try
        {
            for (var number = 0; number < Room; number++)
            {
                held.Add(await SlowClient.BeginAsync(app, "POST", $"/v1/{project.Id}/software_configs", Mebibyte, token));
                await held[^1].SendAsync(new string('x', Mebibyte - 1));
            }

            // When the service has read what was sent.
            var refused = await UntilAsync(503);
            Assert.Equal("1", refused.Headers["retry-after"]);
            Assert.Contains("Limits:BytesInFlight", refused.AssertRefused(503), StringComparison.Ordinal);
            Assert.Equal(200, (await project.SendAsync("POST", "software_configs", """{"name": "small"}""")).Status);
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }

        await UntilAsync(200);

        async Task<Answer> UntilAsync(int status)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (true)
            {
                var answer = await project.SendAsync("POST", "software_configs", large);
                if (answer.Status == status)
                {
                    return answer;
                }

                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public async Task Nought_is_no_limit()
    {
        await using var app = new ServiceApp(new() { ["Limits:BytesInFlight"] = "0" });
        app.StartServer();
        var project = new Project(app);

        Assert.Equal(200, (await project.SendAsync("POST", "software_configs", $$"""{"name": "a", "config": "{{new string('x', Mebibyte - 100)}}"}""")).Status);
    }
}
