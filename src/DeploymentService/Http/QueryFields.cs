using System.Globalization;
using System.Text.RegularExpressions;
using DeploymentService.Json;

namespace DeploymentService.Http;

/// <summary>
/// The parameters of a query, each taken by the kind that belongs in it. What does not fit is collected, so that an answer names everything that is
/// wrong, what the route does not take (<see cref="QueryRules"/>) too. An empty parameter is an absent one, as in Heat.
/// </summary>
public sealed partial class QueryFields
{
    private readonly IQueryCollection _query;
    private readonly List<FieldFault> _faults;

    /// <summary>Takes the query of a request.</summary>
    public QueryFields(HttpContext http)
    {
        _query = http.Request.Query;
        var rules = http.GetEndpoint()?.Metadata.GetMetadata<QueryRules>();
        IsPlain = rules?.AreStrictFor(_query) == false;
        _faults = rules is null ? [] : [.. rules.Check(_query)];
    }

    /// <summary>True when nothing is asked for that Heat does not have.</summary>
    public bool IsPlain { get; }

    /// <summary>True when something did not fit so far.</summary>
    public bool HasErrors => _faults.Count > 0;

    /// <summary>What did not fit so far.</summary>
    internal IReadOnlyList<FieldFault> Faults => _faults;

    /// <summary>A text.</summary>
    public string? Text(string name) => _query[name] is [{ Length: > 0 } text, ..] ? text : null;

    /// <summary>Words of a parameter that may be there several times, and have several with commas.</summary>
    public IEnumerable<string> Words(string name) =>
        _query[name].SelectMany(text => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);

    /// <summary>True of a parameter that is there without a value.</summary>
    public bool IsEmpty(string name) => _query.ContainsKey(name) && Text(name) is null;

    /// <summary>A whole number within limits.</summary>
    public int Number(string name, int least, int most, int standard)
    {
        if (Text(name) is not { } text)
        {
            return standard;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        AddError(name, $"must be a whole number from {least} to {most}");
        return standard;
    }

    /// <summary><c>true</c> or <c>false</c>, in upper or lower case.</summary>
    public bool? Flag(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!bool.TryParse(text, out var flag))
        {
            AddError(name, "must be true or false");
        }

        return flag;
    }

    /// <summary>A time as in the API's answers, or another of ISO 8601; without a zone it is UTC.</summary>
    public DateTime? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // The framework alone would also take 13:26 for one of today. A plus sign that was not encoded arrives as a space.
        var time = default(DateTimeOffset);
        if (!IsoTime().IsMatch(text)
            || !DateTimeOffset.TryParse(
                text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time))
        {
            AddError(name, "must be a time such as 2026-11-23T13:26:51Z");
        }

        return time.UtcDateTime;
    }

    /// <summary>One of some words.</summary>
    public T Choice<T>(string name, IReadOnlyDictionary<string, T> words, T standard)
    {
        if (Text(name) is not { } text)
        {
            return standard;
        }

        if (words.TryGetValue(text, out var choice))
        {
            return choice;
        }

        AddError(name, $"must be {string.Join(", ", words.Keys.SkipLast(1))} or {words.Keys.Last()}");
        return standard;
    }

    /// <summary>Notes a fault.</summary>
    public void AddError(string name, string message) => _faults.Add(new(name, message));

    /// <summary>Ends the reading.</summary>
    /// <exception cref="FaultException">400: it names everything that did not fit.</exception>
    public void ThrowIfInvalid()
    {
        if (_faults.Count > 0)
        {
            throw new FaultException(Fault.BadRequest(string.Join("; ", _faults.Select(fault => $"{fault.Name}: {fault.Message}")) + "."));
        }
    }

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+\\- ][0-9]{2}(:?[0-9]{2})?)?)?\\z", RegexOptions.IgnoreCase)]
    private static partial Regex IsoTime();
}
