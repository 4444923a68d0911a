using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Heat;

/// <summary>The transcript of a real Heat is replayed: an answer is Heat's, or a row of the page "Differences from Heat" says in what it is not.</summary>
public sealed class HeatTranscriptTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var one in TranscriptCase.All.Values)
        {
            cases.Add(one.Id, one.Title);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_answer_is_Heats_or_differs_as_the_page_says(string id, string title)
    {
        var one = TranscriptCase.All[id];
        var rows = DifferencePage.Rows.Where(row => row.Cases.Contains(id)).ToList();

        var replay = await TranscriptReplay.RunAsync(one);
        var differences = TranscriptComparison.Compare(one, replay);

        var missing = differences
            .Where(difference => !rows.Any(row => row.Field == difference.Field && row.Fits(difference)))
            .Select(difference => $"It differs without a row that says so. If that is meant, add to {DifferencePage.Name}:\n{DifferencePage.RowFor(id, difference)}");
        var stale = rows
            .Where(row => !differences.Any(difference => row.Field == difference.Field && row.Fits(difference)))
            .Select(row => $"It no longer differs so. Take {id} out of this row of {DifferencePage.Name}:\n{row.Field}: Heat {row.Heat}, here {row.Here}");
        var complaints = missing.Concat(stale).ToList();
        Assert.True(complaints.Count == 0, $"Case {id}, {title}:\n{string.Join('\n', complaints)}\nThe answer: {replay.Answer.Text}");
        AssertRefusalIsInHeatsShape(replay.Answer);
    }

    [Fact]
    public void Every_row_of_the_page_is_whole_and_of_known_cases()
    {
        Assert.NotEmpty(DifferencePage.Rows);
        Assert.All(DifferencePage.Rows, row =>
        {
            Assert.All(row.Cases, id => Assert.Contains(id, TranscriptCase.All));
            Assert.All([row.Field, row.Heat, row.Here, row.Why], cell => Assert.False(string.IsNullOrWhiteSpace(cell)));
        });
    }

    [Fact]
    public void No_two_rows_of_the_page_speak_of_one_field_of_a_case()
    {
        var told = DifferencePage.Rows.SelectMany(row => row.Cases.Select(id => (id, row.Field))).ToList();

        Assert.Equal(told.Distinct(), told);
    }

    // Where Heat's status is another one, nothing compares the bodies.
    private static void AssertRefusalIsInHeatsShape(Answer answer)
    {
        if (answer.Status < 400 || answer.Text.Length == 0)
        {
            return;
        }

        Assert.False(string.IsNullOrWhiteSpace(answer.Message));
        if (answer.Status != 401)
        {
            Assert.Equal(["code", "title", "explanation", "error"], answer.Json.AsObject().Select(member => member.Key));
            Assert.Equal(["type", "traceback", "message"], answer.Json["error"]!.AsObject().Select(member => member.Key));
            Assert.Equal(answer.Status, answer.Json["code"]!.GetValue<int>());
            Assert.Null(answer.Json["error"]!["traceback"]);
        }
    }
}
