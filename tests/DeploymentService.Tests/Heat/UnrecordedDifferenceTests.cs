using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Heat;

/// <summary>The differences that no recorded request shows: the page names a request for each, which is sent.</summary>
public sealed partial class UnrecordedDifferenceTests
{
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (var row in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Heat", "differences-from-heat.md")).Select(line => Row().Match(line)).Where(row => row.Success))
        {
            rows.Add(row.Groups["request"].Value, row.Groups["here"].Value);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_status_is_the_one_of_the_page(string request, string status)
    {
        var project = ServiceApp.NewProject();
        var (config, unused) = (await project.ConfigAsync(), await project.ConfigAsync());
        var deployment = await project.DeploymentAsync(configId: config);
        var filled = request
            .Replace("$CONFIG", config, StringComparison.Ordinal)
            .Replace("$UNUSED", unused, StringComparison.Ordinal)
            .Replace("$DEPLOYMENT", deployment, StringComparison.Ordinal)
            .Replace("$SERVER", "a-server", StringComparison.Ordinal)
            .Split(' ', 3);

        var answer = await project.SendAsync(filled[0], filled[1], filled[2]);

        Assert.Equal(status, $"{answer.Status}");
    }

    [GeneratedRegex("^\\| `(?<request>(GET|POST|PUT|DELETE) [^`]+)` \\| [^|]+ \\| `(?<here>\\d{3})` \\| [^|]+ \\|$")]
    private static partial Regex Row();
}
