using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Agents;

/// <summary>Stores the first keys where there are none yet.</summary>
/// <param name="first">The keys, the one that is to sign first.</param>
internal sealed class PutFirstKeys(IReadOnlyList<SigningKey> first) : Change<int>
{
    // Where others made keys meanwhile, theirs stay.
    private const string AddFirstText = """
        INSERT INTO signing_keys (number, secret, creation_time, until_time)
        SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE number >= $1)
        """;

    private static readonly Statement<SigningKey> AddFirst =
        new(AddFirstText, static (parameters, key) => parameters.Add(key.Number).Add(key.Secret).Add(key.CreationTime).Add(key.Until));

    protected override int Execute(IWriteTransaction rows) =>
        rows.Execute(AddFirst, [.. first.Reverse().Select((key, place) => key with { Number = place + 1 })]);
}

/// <summary>Puts a new key in front of the others, which are accepted until a time.</summary>
/// <param name="first">What is stored before that where there are no keys yet.</param>
/// <param name="key">The new key.</param>
/// <param name="until">Until when the others are accepted that have no end yet, UTC.</param>
internal sealed class PutKey(IReadOnlyList<SigningKey> first, SigningKey key, DateTime until) : Change<bool>
{
    internal override bool UsesModel => true;

    protected override bool Execute(IWriteTransaction rows)
    {
        var keys = rows.Model.SigningKeys;
        if (!keys.Any())
        {
            Add(rows.Model, first);
        }

        keys.Where(other => other.Until == null).ExecuteUpdate(others => others.SetProperty(other => other.Until, until));
        // Before those that have ended go, so that no number is given twice.
        Add(rows.Model, [key]);
        keys.Where(other => other.Until <= key.CreationTime).ExecuteDelete();
        return true;
    }

    /// <summary>Puts keys in front of those that are there.</summary>
    /// <param name="model">The transaction.</param>
    /// <param name="added">The keys, the one that is to sign first.</param>
    private static void Add(DeploymentDbContext model, IReadOnlyList<SigningKey> added)
    {
        var last = model.SigningKeys.Max(key => (long?)key.Number) ?? 0;
        model.SigningKeys.AddRange(added.Reverse().Select((key, place) => key with { Number = last + 1 + place }));
        model.SaveChanges();
        model.ChangeTracker.Clear();
    }
}
