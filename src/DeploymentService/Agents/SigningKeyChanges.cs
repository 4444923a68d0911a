using System.Globalization;
using DeploymentService.Auth;
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

    // Without them there is no start, and nobody could make room.
    public override SpaceNeed Need => SpaceNeed.None;

    protected override int Execute(IWriteTransaction rows) =>
        rows.Execute(AddFirst, [.. first.Reverse().Select((key, place) => key with { Number = place + 1 })]);
}

/// <summary>Puts a new key in front of the others, which are accepted until a time; and says so in the log, so that other processes take it.</summary>
/// <param name="log">The log.</param>
/// <param name="first">What is stored before that where there are no keys yet.</param>
/// <param name="key">The new key.</param>
/// <param name="until">Until when the others are accepted that have no end yet, UTC.</param>
internal sealed class PutKey(EventLog log, IReadOnlyList<SigningKey> first, SigningKey key, DateTime until) : LoggedChange<bool>(log)
{
    internal override bool UsesModel => true;

    protected override bool Run(IWriteTransaction rows)
    {
        var keys = rows.Model.SigningKeys;
        if (!keys.Any())
        {
            Add(rows.Model, first);
        }

        keys.Where(other => other.Until == null).ExecuteUpdate(others => others.SetProperty(other => other.Until, until));
        // Before those that have ended go, so that no number is given twice.
        var number = Add(rows.Model, [key]);
        keys.Where(other => other.Until <= key.CreationTime).ExecuteDelete();
        // It is of all projects, and in the stream of none.
        Append(rows, Actor.Service.EventOf(projectId: "", EventSubject.SigningKey, number.ToString(CultureInfo.InvariantCulture), "created", rows.Now) with
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"There is a new key for the agents' URLs; what older ones signed is accepted until {until:u} at the latest"),
        });
        return true;
    }

    /// <summary>Puts keys in front of those that are there.</summary>
    /// <param name="model">The transaction.</param>
    /// <param name="added">The keys, the one that is to sign first.</param>
    /// <returns>The highest number.</returns>
    private static long Add(DeploymentDbContext model, IReadOnlyList<SigningKey> added)
    {
        var last = model.SigningKeys.Max(key => (long?)key.Number) ?? 0;
        model.SigningKeys.AddRange(added.Reverse().Select((key, place) => key with { Number = last + 1 + place }));
        model.SaveChanges();
        model.ChangeTracker.Clear();
        return last + added.Count;
    }
}
