using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>However many ask at once, everybody gets the row that he asked for.</summary>
public sealed class ManyReadersTests
{
    private const int Rows = 40;
    private const int Rounds = 5;

    [Fact]
    public async Task Everybody_gets_his_own_row_or_none()
    {
        var project = new Project(ServiceApp.Shared);
        var config = await project.ConfigAsync();
        List<string> ids = [];
        for (var number = 0; number < Rows; number++)
        {
            ids.Add(await project.DeploymentAsync($"server-{number}", config));
        }

        var unknown = Guid.NewGuid().ToString();
        var questions = Enumerable.Range(0, Rounds).SelectMany(_ => ids.Append(unknown).Reverse()).ToList();
        var answers = await Task.WhenAll(questions.Select(id => project.SendAsync("GET", $"software_deployments/{id}")));

        for (var number = 0; number < questions.Count; number++)
        {
            var place = ids.IndexOf(questions[number]);
            if (place < 0)
            {
                Assert.Equal(404, answers[number].Status);
                continue;
            }

            var shown = answers[number].Json["software_deployment"]!;
            Assert.Equal((questions[number], $"server-{place}"), (shown["id"]!.GetValue<string>(), shown["server_id"]!.GetValue<string>()));
        }
    }
}
