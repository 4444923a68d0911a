namespace DeploymentService.Settings;

/// <summary>Finds the name that somebody meant who misspelt it.</summary>
public static class NearestName
{
    /// <summary>The name that needs the fewest changed, missing, additional or swapped characters, upper and lower case being the same; null when none is near.</summary>
    /// <param name="misspelt">What was written.</param>
    /// <param name="names">The names that there are.</param>
    public static string? Find(string misspelt, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: Distance(misspelt.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(candidate => candidate.Distance <= Math.Max(1, Math.Min(misspelt.Length, candidate.Name.Length) / 3))
        .OrderBy(candidate => candidate.Distance)
        .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    // Optimal string alignment: three rows of the table are enough.
    private static int Distance(string one, string other)
    {
        var (beforeLast, last, current) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var column = 0; column <= other.Length; column++)
        {
            current[column] = column;
        }

        for (var row = 1; row <= one.Length; row++)
        {
            (beforeLast, last, current) = (last, current, beforeLast);
            current[0] = row;
            for (var column = 1; column <= other.Length; column++)
            {
                var change = one[row - 1] == other[column - 1] ? 0 : 1;
                current[column] = Math.Min(Math.Min(last[column] + 1, current[column - 1] + 1), last[column - 1] + change);
                if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1])
                {
                    current[column] = Math.Min(current[column], beforeLast[column - 2] + 1);
                }
            }
        }

        return current[other.Length];
    }
}
