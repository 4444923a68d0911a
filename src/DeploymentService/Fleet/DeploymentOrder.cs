using System.Buffers.Text;
using System.Globalization;
using System.Text;
using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>What a list is sorted by; deployments that are alike in it are in the order of their creation.</summary>
public enum SortKey
{
    /// <summary>When they were created.</summary>
    CreationTime,

    /// <summary>When they were last updated; where they never were, when they were created.</summary>
    UpdatedTime,

    /// <summary>Their status, by the alphabet.</summary>
    Status,

    /// <summary>The id of their server, by its characters.</summary>
    ServerId,

    /// <summary>Their action, by its characters; those without one first.</summary>
    Action,

    /// <summary>The name of their config, by its characters; those without one first.</summary>
    Name,
}

/// <summary>The order of a list.</summary>
/// <param name="Key">What it is sorted by.</param>
/// <param name="IsDescending">True when the last comes first.</param>
public sealed record DeploymentOrder(SortKey Key, bool IsDescending) : IComparer<FleetEntry>
{
    private static readonly Dictionary<string, SortKey> Keys = new()
    {
        ["creation_time"] = SortKey.CreationTime,
        ["updated_time"] = SortKey.UpdatedTime,
        ["status"] = SortKey.Status,
        ["server_id"] = SortKey.ServerId,
        ["action"] = SortKey.Action,
        ["name"] = SortKey.Name,
    };

    private static readonly Dictionary<string, bool> Directions = new() { ["asc"] = false, ["desc"] = true };

    /// <summary>The words by which a query names what to sort by.</summary>
    public static IEnumerable<string> KeyWords => Keys.Keys;

    /// <summary>The words by which a query names the direction.</summary>
    public static IEnumerable<string> DirectionWords => Directions.Keys;

    /// <summary>Oldest first, the order in which deployments are kept.</summary>
    public static DeploymentOrder OfCreation { get; } = new(SortKey.CreationTime, IsDescending: false);

    /// <summary>Reads the order from a query; oldest first where it says nothing.</summary>
    public static DeploymentOrder Read(QueryFields query) =>
        new(query.Choice("sort_key", Keys, SortKey.CreationTime), query.Choice("sort_dir", Directions, standard: false));

    /// <summary>The place of a deployment in this order.</summary>
    public SortCursor CursorOf(FleetEntry entry) => Key switch
    {
        SortKey.UpdatedTime => new(entry.ChangedTime.Ticks, null, entry.Number),
        SortKey.Status => new(0, entry.Status, entry.Number),
        SortKey.ServerId => new(0, entry.Server.Id, entry.Number),
        SortKey.Action => new(0, entry.Action?.Text, entry.Number),
        SortKey.Name => new(0, entry.Config.Name, entry.Number),
        _ => new(0, null, entry.Number),
    };

    /// <inheritdoc />
    public int Compare(FleetEntry? x, FleetEntry? y) => Compare(CursorOf(x!), CursorOf(y!));

    /// <summary>Compares two places.</summary>
    public int Compare(SortCursor one, SortCursor other)
    {
        var order = one.Time.CompareTo(other.Time);
        if (order == 0)
        {
            order = string.CompareOrdinal(one.Text, other.Text);
        }

        if (order == 0)
        {
            order = one.Number.CompareTo(other.Number);
        }

        return IsDescending ? -order : order;
    }
}

/// <summary>
/// A place in an order. A page goes on behind the place that the last one of the page before had then, wherever that deployment is now.
/// </summary>
/// <param name="Time">The time that is sorted by, in ticks; 0 where none is.</param>
/// <param name="Text">The text that is sorted by; null where none is.</param>
/// <param name="Number">The deployment's place in the order of creation.</param>
public readonly record struct SortCursor(long Time, string? Text, long Number)
{
    /// <summary>The parameter of a link to the next page.</summary>
    public const string Parameter = "place";

    /// <summary>The place for a link.</summary>
    public override string ToString()
    {
        var text = Text is null ? "" : "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Text));
        return string.Create(CultureInfo.InvariantCulture, $"{Number}.{Time}{text}");
    }

    /// <summary>Reads the place of a link from a query; null when there is none.</summary>
    public static SortCursor? Read(QueryFields query)
    {
        if (query.Text(Parameter) is not { } link)
        {
            return null;
        }

        var parts = link.Split('.');
        if (parts.Length is 2 or 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && (parts.Length == 2 || Base64Url.IsValid(parts[2])))
        {
            return new(time, parts.Length == 2 ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[2])), number);
        }

        query.AddError(Parameter, "must be as it is in the link to the page");
        return null;
    }
}
