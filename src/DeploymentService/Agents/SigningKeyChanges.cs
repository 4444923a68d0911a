using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Agents;

/// <summary>Stores the first keys where there are none yet; answers the keys that are there then, the one that signs first.</summary>
internal sealed class PutFirstKeys(IReadOnlyList<SigningKey> first) : Change<IReadOnlyList<SigningKey>>
{
    internal override bool UsesModel => true;

    protected override IReadOnlyList<SigningKey> Execute(IWriteTransaction rows)
    {
        if (!rows.Model.SigningKeys.Any())
        {
            StoredKeys.Add(rows.Model, first);
        }

        return [.. rows.Model.SigningKeys.AsNoTracking().OrderByDescending(key => key.Number)];
    }
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
            StoredKeys.Add(rows.Model, first);
        }

        keys.Where(other => other.Until == null).ExecuteUpdate(others => others.SetProperty(other => other.Until, until));
        // Before those that have ended go, so that no number is given twice.
        StoredKeys.Add(rows.Model, [key]);
        keys.Where(other => other.Until <= key.CreationTime).ExecuteDelete();
        return true;
    }
}

file static class StoredKeys
{
    /// <summary>Puts keys in front of those that are there.</summary>
    /// <param name="model">The transaction.</param>
    /// <param name="added">The keys, the one that is to sign first.</param>
    public static void Add(DeploymentDbContext model, IReadOnlyList<SigningKey> added)
    {
        var last = model.SigningKeys.Max(key => (long?)key.Number) ?? 0;
        model.SigningKeys.AddRange(added.Reverse().Select((key, place) => key with { Number = last + 1 + place }));
        model.SaveChanges();
        model.ChangeTracker.Clear();
    }
}
