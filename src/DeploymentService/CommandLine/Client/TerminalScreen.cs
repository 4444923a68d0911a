using Spectre.Console;

namespace DeploymentService.CommandLine.Client;

/// <summary>What a person sees. Nothing else touches Spectre.Console, so that a log and a service that starts do not load it.</summary>
internal static class TerminalScreen
{
    /// <summary>A table as wide as the terminal.</summary>
    public static void Table(TextWriter output, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var head in heads)
        {
            // A word that is copied, or looked for, stands in one piece.
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(head)}[/]")) { NoWrap = head is "STATUS" or "DEPLOYMENT" });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Markup(Coloured(cell))).ToArray());
        }

        ConsoleOf(output).Write(table);
    }

    /// <summary>A bar while work goes on.</summary>
    public static Task<T> FollowAsync<T>(TextWriter output, string noun, Func<Action<StatusCounts>, Task<T>> work) =>
        ConsoleOf(output).Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape($"waiting for {noun}"));
                return work(counts =>
                {
                    bar.MaxValue = Math.Max(counts.Total, 1);
                    bar.Value = counts.Ended;
                    bar.Description = Markup.Escape(counts.Text(noun));
                });
            });

    private static IAnsiConsole ConsoleOf(TextWriter output) => AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) });

    private static string Coloured(string cell) => cell switch
    {
        "FAILED" => $"[red]{cell}[/]",
        "COMPLETE" => $"[green]{cell}[/]",
        "IN_PROGRESS" => $"[yellow]{cell}[/]",
        _ => Markup.Escape(cell),
    };
}
