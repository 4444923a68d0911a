namespace DeploymentService.Fleet;

/// <summary>
/// The deployments of a project in the order of their numbers, and beside each what most searches decide by, so that they look at few of the deployments themselves. It is
/// changed under the fleet's lock and read without it: a place is only ever filled with the newer self of what was there, or emptied.
/// </summary>
internal sealed class FleetColumns(int capacity)
{
    /// <summary>Room for so many there is in any case.</summary>
    public const int Least = 16;

    /// <summary>Their numbers, which only grow; also of those that are deleted.</summary>
    public long[] Numbers { get; } = new long[capacity];

    /// <summary>The deployments; empty where one was deleted.</summary>
    public FleetEntry?[] Entries { get; } = new FleetEntry?[capacity];

    /// <summary>When they were created or last updated, in ticks.</summary>
    public long[] Changed { get; } = new long[capacity];

    /// <summary>Their servers: <see cref="FleetServer.Place"/>.</summary>
    public int[] Servers { get; } = new int[capacity];

    /// <summary>How they stand: <see cref="FleetMark"/>.</summary>
    public byte[] Marks { get; } = new byte[capacity];

    /// <summary>Fills a place.</summary>
    public void Put(int place, FleetEntry entry)
    {
        Numbers[place] = entry.Number;
        Entries[place] = entry;
        Changed[place] = entry.ChangedTime.Ticks;
        Servers[place] = entry.Server.Place;
        Marks[place] = (byte)entry.Mark;
    }

    /// <summary>Empties a place.</summary>
    public void Clear(int place)
    {
        Marks[place] = (byte)FleetMark.None;
        Entries[place] = null;
    }

    /// <summary>The same with more room and without the empty places: whoever reads the old ones goes on reading them.</summary>
    /// <param name="count">How many places are in use.</param>
    /// <returns>The new ones, and how many places of these are in use.</returns>
    public (FleetColumns Columns, int Count) Grown(int count)
    {
        // For twice those that are left: by the places in use, the room would grow with all that ever were.
        var grown = new FleetColumns(Math.Max(Least, Entries.Take(count).Count(entry => entry is not null) * 2));
        var kept = 0;
        for (var place = 0; place < count; place++)
        {
            if (Entries[place] is { } entry)
            {
                grown.Put(kept++, entry);
            }
        }

        return (grown, kept);
    }
}

/// <summary>The deployments of a project at one moment, to be searched without the fleet's lock.</summary>
/// <param name="Columns">The deployments.</param>
/// <param name="Count">How many places are in use.</param>
/// <param name="Servers">How many places of servers are in use.</param>
internal readonly record struct FleetSnapshot(FleetColumns Columns, int Count, int Servers)
{
    /// <summary>Stands for whichever server.</summary>
    public const int AnyServer = -1;

    /// <summary>The place of the server whose deployments alone are asked for.</summary>
    public int Server { get; init; } = AnyServer;
}
