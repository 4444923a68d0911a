using System.Globalization;
using System.Text.Json;

namespace DeploymentService.CommandLine.Client;

/// <summary>How many there are of each status, in the order in which the service says it.</summary>
internal sealed record StatusCounts(IReadOnlyList<(string Status, long Count)> All)
{
    private static readonly string[] Open = ["IN_PROGRESS", "PENDING"];

    /// <summary>All of them.</summary>
    public long Total => All.Sum(one => one.Count);

    /// <summary>Those at their end.</summary>
    public long Ended => All.Where(one => !Open.Contains(one.Status)).Sum(one => one.Count);

    /// <summary>Those of an answer with <c>counts</c>.</summary>
    public static StatusCounts Of(JsonElement answer) => new(answer.TryGetProperty("counts", out var counts)
        // Statuses are in capitals; what else is counted is a part of one of them.
        ? [.. counts.EnumerateObject().Where(one => !one.Name.Any(char.IsLower)).Select(one => (one.Name, one.Value.GetInt64()))]
        : []);

    /// <summary>For people.</summary>
    /// <param name="noun">What is counted, in the plural.</param>
    public string Text(string noun) => string.Create(
        CultureInfo.InvariantCulture, $"{Ended} of {Total} {(Total == 1 ? noun[..^1] : noun)} ended: {string.Join(", ", All.Where(one => one.Count > 0).Select(one => $"{one.Count} {one.Status}"))}").TrimEnd(' ', ':');
}
