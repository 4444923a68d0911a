using System.Buffers;
using System.Text.Json;
using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Json;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Looks for a text in what servers reported, which is not in memory: the rows are read, as many as an answer has time for. A reader's search looks at what a reader sees.
/// </summary>
public sealed class OutputSearch(IDatabaseReader reader, InputRedaction redaction, WorkTurns turns, TimeProvider time)
{
    /// <summary>How many deployments one answer looks at.</summary>
    public const int MostLooked = 10_000;

    private const long MostBytes = 64 * 1024 * 1024;
    private const long MostBytesAtOnce = 1024 * 1024;
    private const int RowsAtOnce = 64;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private const string OutputsText = "SELECT config_id, output_values FROM software_deployments WHERE project_id = $1 AND id = $2 AND output_values IS NOT NULL";

    private static readonly Query<(string ProjectId, string Id), ReportedOutputs> Outputs = new(
        OutputsText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), static row => new(row.Text(0), row.Json(1)));

    /// <summary>What a server reported.</summary>
    private sealed record ReportedOutputs(string ConfigId, JsonText Values);

    /// <summary>Finds those among some deployments that have a text, in their outputs or elsewhere.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="candidates">The deployments, in the order of the list.</param>
    /// <param name="filter">The text, and what may be seen.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Those that have it, and how many were looked at: all, or as many as there was time for.</returns>
    internal async Task<(List<FleetEntry> Found, int Looked)> FindAsync(
        string projectId, IReadOnlyList<FleetEntry> candidates, DeploymentFilter filter, int most, CancellationToken cancel)
    {
        var found = new List<FleetEntry>();
        var (looked, bytes, begun) = (0, 0L, time.GetTimestamp());
        using var turn = turns.Of(projectId);
        while (looked < candidates.Count && found.Count < most && bytes < MostBytes && time.GetElapsedTime(begun) < Longest)
        {
            cancel.ThrowIfCancellationRequested();
            // Others have their turns between one part and the next.
            await turn.BeginAsync(cancel);
            await LookAsync(candidates.Skip(looked).Take(RowsAtOnce).ToList());
            turn.End();
        }

        return (found, looked);

        async ValueTask LookAsync(List<FleetEntry> part)
        {
            var unknown = part.FindAll(entry => !filter.Matches(entry));
            var outputs = await ReadAsync(projectId, unknown);
            foreach (var entry in part)
            {
                var isFound = !unknown.Contains(entry);
                if (found.Count == most || (!isFound && !outputs.ContainsKey(entry)))
                {
                    break;
                }

                looked++;
                if (isFound || await HasAsync(projectId, outputs[entry], filter))
                {
                    found.Add(entry);
                }

                bytes += outputs.GetValueOrDefault(entry)?.Values.Utf8.Length ?? 0;
            }
        }
    }

    /// <summary>What was reported for the first of some deployments, as many as it has room for; null for those for which nothing was.</summary>
    private async ValueTask<Dictionary<FleetEntry, ReportedOutputs?>> ReadAsync(string projectId, List<FleetEntry> entries)
    {
        var outputs = new Dictionary<FleetEntry, ReportedOutputs?>();
        if (entries.Count == 0)
        {
            return outputs;
        }

        var bytes = 0L;
        await reader.FirstOfEachAsync(Outputs, entries.ConvertAll(entry => (projectId, entry.Id.ToString())), row =>
        {
            outputs.Add(entries[outputs.Count], row);
            return (bytes += row?.Values.Utf8.Length ?? 0) < MostBytesAtOnce;
        });
        return outputs;
    }

    private async ValueTask<bool> HasAsync(string projectId, ReportedOutputs? reported, DeploymentFilter filter)
    {
        if (reported is null)
        {
            return false;
        }

        var shown = filter.Redaction is null ? reported.Values : (await redaction.RedactorAsync(projectId, reported.ConfigId)).Redact(reported.Values);
        return Has(shown, filter.Text!);
    }

    /// <summary>True when a text is in a name or in a value, at any depth, as it is meant and not as it is written in JSON.</summary>
    private static bool Has(JsonText json, string text)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span, new JsonReaderOptions { MaxDepth = JsonFields.DeepestNesting });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False
                && Has(ref reader, text))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(ref Utf8JsonReader reader, string text)
    {
        var characters = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length + 1);
        try
        {
            var length = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? reader.CopyString(characters)
                : System.Text.Encoding.UTF8.GetChars(reader.ValueSpan, characters);
            return characters.AsSpan(0, length).Contains(text, StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            // Half an emoji, from before such were refused.
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }
}
