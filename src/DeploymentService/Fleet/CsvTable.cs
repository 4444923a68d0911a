using System.Buffers;
using System.Text.Json;
using DeploymentService.Secrets;

namespace DeploymentService.Fleet;

/// <summary>Deployments as a table: RFC 4180, and nothing in it is a formula.</summary>
/// <param name="query">What is asked for of each.</param>
internal sealed class CsvTable(DeploymentListQuery query)
{
    private const string EndOfLine = "\r\n";

    private static readonly string[] Columns =
        ["id", "server_id", "config_id", "config_name", "action", "status", "status_reason", "creation_time", "updated_time", "timeout", "overdue"];

    private static readonly string[] Details = ["execution", "deadline", "fetched_time", "waiting_for"];
    private static readonly string[] Values = ["input_values", "output_values"];

    // A tab and a return stand before a formula without anybody seeing them.
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@\t\r");
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create("\",\r\n");

    private readonly string[] _columns = [.. Columns, .. query.Detail ? Details : [], .. query.Values == ShownValues.None ? [] : Values];

    /// <summary>The first line.</summary>
    public string Header => string.Join(',', _columns) + EndOfLine;

    /// <summary>The line of a deployment, by what the wire shows of it.</summary>
    public string Row(JsonElement view) => string.Join(',', _columns.Select(column => Cell(Text(view, column)))) + EndOfLine;

    private static string Text(JsonElement view, string column) => view.TryGetProperty(column, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    private static string Cell(string text)
    {
        var harmless = text.Length > 0 && BeginsFormula.Contains(text[0]) ? "'" + text : text;
        return harmless.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }
}
