using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Storage.Model;
using Microsoft.Extensions.Primitives;

namespace DeploymentService.Rollouts;

/// <summary>
/// Which servers of a project: all that fit every part that is there, which is one at least. `server_id`, `q` and `silent` are those of the list of servers; the others are those
/// of deployments, of which a server must have one that fits them all.
/// </summary>
public sealed record ServerFilter
{
    private static readonly string[] OfServers = ["server_id", "q", "silent"];
    private static readonly string[] OfDeployments = ["config_id", "name", "status", "action", "overdue", "changed_since", "changed_before", "rollout_id"];

    /// <summary>The one with this id.</summary>
    public string? ServerId { get; init; }

    /// <summary>Those with this text in their id, in upper or lower case.</summary>
    public string? Q { get; init; }

    /// <summary>Those that are silent, or those that are not.</summary>
    public bool? Silent { get; init; }

    /// <summary>Those with a deployment of this config.</summary>
    public string? ConfigId { get; init; }

    /// <summary>Those with a deployment of a config with this name.</summary>
    public string? Name { get; init; }

    /// <summary>Those with a deployment in this status, or in one of several with commas between them.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public string? Status { get; init; }

    /// <summary>Those with a deployment with this action.</summary>
    public string? Action { get; init; }

    /// <summary>Those with a deployment that is overdue, or with one that is not.</summary>
    public bool? Overdue { get; init; }

    /// <summary>Those with a deployment that was created or updated at this time or later.</summary>
    public string? ChangedSince { get; init; }

    /// <summary>Those with a deployment that was last created or updated before this time.</summary>
    public string? ChangedBefore { get; init; }

    /// <summary>Those with a deployment that this rollout has begun.</summary>
    public string? RolloutId { get; init; }

    /// <summary>The part about the servers.</summary>
    internal ServerQuery Servers => new(ServerId, Q, Silent);

    /// <summary>The part about their deployments; null for none.</summary>
    internal DeploymentFilter? Deployments { get; private init; }

    /// <summary>Reads a filter and notes what does not fit; null when there is none, or none that can be used.</summary>
    internal static ServerFilter? Read(JsonFields fields, string name)
    {
        if (fields.Sent(name) is { } sent && sent == JsonText.Parse("null"))
        {
            // A variable that was not set, and it would be another way to name the servers.
            fields.AddError(name, "must be an object");
        }

        if (fields.Object(name) is not { } json || JsonFields.Read(json.Utf8, name + ".") is not { } parts)
        {
            return null;
        }

        foreach (var unknown in parts.Names.Except(OfServers.Concat(OfDeployments)))
        {
            fields.AddError($"{name}.{unknown}", $"unknown; a filter has {string.Join(", ", OfServers.Concat(OfDeployments))}");
        }

        if (!parts.Names.Any())
        {
            fields.AddError(name, "is empty: name one filter at least, such as {\"silent\": false}");
        }

        var filter = new ServerFilter
        {
            ServerId = Text("server_id"),
            Q = Text("q"),
            Silent = parts.Flag("silent"),
            ConfigId = Text("config_id"),
            Name = Text("name"),
            Status = Text("status"),
            Action = Text("action"),
            Overdue = parts.Flag("overdue"),
            ChangedSince = Text("changed_since"),
            ChangedBefore = Text("changed_before"),
            RolloutId = Text("rollout_id"),
        };
        foreach (var fault in parts.Faults)
        {
            fields.AddError(fault.Name, fault.Message);
        }

        return filter.WithDeployments(fields, name);

        // An empty one is a variable that was not set.
        string? Text(string part)
        {
            var text = parts.Text(part);
            if (text is { Length: 0 })
            {
                parts.AddError(part, "is empty: give it a value, or leave it out");
            }

            return text;
        }
    }

    /// <summary>The same with what its parts about deployments mean, by the rules of the query of a list.</summary>
    private ServerFilter WithDeployments(JsonFields fields, string name)
    {
        var parts = new (string Name, string? Value)[]
        {
            ("config_id", ConfigId), ("name", Name), ("status", Status), ("action", Action), ("overdue", Overdue?.ToString()), ("changed_since", ChangedSince),
            ("changed_before", ChangedBefore), ("rollout_id", RolloutId),
        };
        var given = parts.Where(part => part.Value is not null).ToDictionary(part => part.Name, part => new StringValues(part.Value));
        if (given.Count == 0)
        {
            return this;
        }

        var http = new DefaultHttpContext { Request = { Query = new QueryCollection(given) } };
        var query = new QueryFields(http);
        var filter = DeploymentFilter.Read(http, query);
        foreach (var fault in query.Faults)
        {
            fields.AddError($"{name}.{fault.Name}", fault.Message);
        }

        return this with { Deployments = filter };
    }
}
