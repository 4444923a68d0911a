using System.Text.Json;
using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Heat;

/// <summary>A field in which an answer differs from Heat's.</summary>
/// <param name="Field">For example <c>status</c>, <c>header.allow</c>, <c>body.error.message</c> or <c>then.body.software_deployment.status</c>.</param>
/// <param name="Heat">Heat's value: JSON, or the text of a header.</param>
/// <param name="Here">Ours.</param>
public sealed record Difference(string Field, string Heat, string Here);

/// <summary>Finds in which fields the answers to a case differ from Heat's.</summary>
public sealed partial class TranscriptComparison(TranscriptCase one, TranscriptReplay replay)
{
    private const string Absent = "absent";
    private readonly List<Difference> _differences = [];

    /// <summary>All differences.</summary>
    public static IReadOnlyList<Difference> Compare(TranscriptCase one, TranscriptReplay replay)
    {
        var comparison = new TranscriptComparison(one, replay);
        comparison.CompareAnswer("", one.Response, replay.Answer);
        if (one.Then is { } then)
        {
            comparison.CompareAnswer("then.", then, replay.Then!);
        }

        return comparison._differences;
    }

    private void CompareAnswer(string prefix, TranscriptResponse heat, Answer here)
    {
        if (heat.Status != here.Status)
        {
            // A yes has another body than a no: there is nothing more to compare.
            Note($"{prefix}status", $"{heat.Status}", $"{here.Status}");
            return;
        }

        CompareHeader(prefix, heat, here, "content-type", value => value);
        CompareHeader(prefix, heat, here, "allow", value => string.Join(',', value.Split(',').Order()));
        CompareHeader(prefix, heat, here, "content-length", _ => "present");
        CompareHeader(prefix, heat, here, "www-authenticate", _ => "present");
        CompareHeader(prefix, heat, here, "x-openstack-request-id", value => RequestId().IsMatch(value) ? "present" : value);
        CompareBody($"{prefix}body", heat.Body, here.Text);
    }

    private void CompareHeader(string prefix, TranscriptResponse heat, Answer here, string name, Func<string, string> form)
    {
        var theirs = heat.Headers.TryGetValue(name, out var value) ? form(value) : Absent;
        var ours = here.Headers.TryGetValue(name, out value) ? form(value) : Absent;
        if (theirs != ours)
        {
            Note($"{prefix}header.{name}", theirs, ours);
        }
    }

    private void CompareBody(string field, JsonElement heat, string here)
    {
        if (heat.ValueKind == JsonValueKind.String)
        {
            if (heat.GetString() != here)
            {
                Note(field, "text", "JSON");
            }

            return;
        }

        if (heat.TryGetProperty("long", out _))
        {
            return;
        }

        using var theirs = JsonDocument.Parse(replay.Fill(heat.GetRawText()), new JsonDocumentOptions { MaxDepth = 200 });
        using var ours = JsonDocument.Parse(here, new JsonDocumentOptions { MaxDepth = 200 });
        CompareJson(field, theirs.RootElement, ours.RootElement);
    }

    private void CompareJson(string field, JsonElement heat, JsonElement here)
    {
        if (heat.ValueKind == JsonValueKind.Object && here.ValueKind == JsonValueKind.Object)
        {
            CompareObjects(field, heat, here);
        }
        else if (heat.ValueKind == JsonValueKind.Array && here.ValueKind == JsonValueKind.Array)
        {
            CompareLists(field, heat, here);
        }
        else if (!IsSame(field, heat, here))
        {
            Note(field, heat.GetRawText(), here.GetRawText());
        }
    }

    private void CompareObjects(string field, JsonElement heat, JsonElement here)
    {
        foreach (var name in heat.EnumerateObject().Concat(here.EnumerateObject()).Select(member => member.Name).Distinct())
        {
            var member = $"{field}.{name}";
            var inHeat = heat.TryGetProperty(name, out var theirs);
            var isHere = here.TryGetProperty(name, out var ours);
            if (inHeat && isHere)
            {
                CompareJson(member, theirs, ours);
            }
            else
            {
                Note(member, inHeat ? theirs.GetRawText() : Absent, isHere ? ours.GetRawText() : Absent);
            }
        }
    }

    private void CompareLists(string field, JsonElement heat, JsonElement here)
    {
        if (one.ListsStrangers && here.GetArrayLength() > 0)
        {
            CompareObjects($"{field}[]", heat[0], here[0]);
        }
        else if (heat.GetArrayLength() != here.GetArrayLength())
        {
            Note(field, heat.GetRawText(), here.GetRawText());
        }
        else
        {
            foreach (var (index, theirs) in heat.EnumerateArray().Index())
            {
                CompareJson($"{field}[{index}]", theirs, here[index]);
            }
        }
    }

    private bool IsSame(string field, JsonElement heat, JsonElement here)
    {
        if (field.Contains("[].", StringComparison.Ordinal))
        {
            // A row that neither made: it has the key, whatever stands there.
            return true;
        }

        if (heat.ValueKind != JsonValueKind.String || here.ValueKind != JsonValueKind.String)
        {
            return heat.GetRawText() == here.GetRawText();
        }

        var (theirs, ours) = (heat.GetString()!, here.GetString()!);
        return theirs == ours
            || (field.EndsWith("_time", StringComparison.Ordinal) && Time().IsMatch(theirs) && Time().IsMatch(ours))
            || (field.EndsWith(".id", StringComparison.Ordinal) && Guid.TryParse(ours, out _) && replay.Empty(theirs) == theirs && Guid.TryParse(theirs, out _));
    }

    private void Note(string field, string heat, string here) => _differences.Add(new(field, replay.Empty(heat), replay.Empty(here)));

    [GeneratedRegex("^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^req-<uuid>$")]
    private static partial Regex RequestId();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex Time();
}
