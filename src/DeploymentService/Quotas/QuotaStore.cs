using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Quotas;

/// <summary>Shows and changes the quotas of projects.</summary>
public sealed class QuotaStore(GroupCommitWriter writer, EventLog log, QuotaOverrides overrides)
{
    /// <summary>The quotas of a project.</summary>
    public async Task<QuotaList> ShowAsync(string projectId)
    {
        var limits = await overrides.OfAsync(projectId);
        return new([.. QuotaWords.Kinds.Select(kind => new QuotaView(QuotaWords.Of(kind), limits.Of(kind), limits.DefaultOf(kind)))]);
    }

    /// <summary>Gives a project quotas of its own, or where there is none, those of the settings.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task UpdateAsync(string projectId, IReadOnlyDictionary<QuotaKind, long?> given, Actor actor) =>
        writer.WriteAsync(new PutQuotas(log, overrides, projectId, given, actor));

    private sealed class PutQuotas(EventLog log, QuotaOverrides overrides, string projectId, IReadOnlyDictionary<QuotaKind, long?> given, Actor actor) : LoggedChange<bool>(log)
    {
        internal override bool UsesModel => true;

        // Whoever made the change finds it, whenever the log is read.
        protected override void OnCommitted() => overrides.Forget(projectId);

        protected override bool Run(IWriteTransaction rows)
        {
            var stored = rows.Model.ProjectQuotas.AsNoTracking().Where(quota => quota.ProjectId == projectId).ToDictionary(quota => quota.Name, quota => quota.Most);
            foreach (var (kind, most) in given)
            {
                var name = QuotaWords.Of(kind);
                if (most == (stored.TryGetValue(name, out var before) ? before : null))
                {
                    continue;
                }

                rows.Model.ProjectQuotas.Where(quota => quota.ProjectId == projectId && quota.Name == name).ExecuteDelete();
                if (most is { } limit)
                {
                    rows.Model.Add(new ProjectQuota { ProjectId = projectId, Name = name, Most = limit });
                    rows.Model.SaveChanges();
                }

                Append(rows, actor.EventOf(projectId, EventSubject.Quota, name, most is null ? "reset" : "set", rows.Now) with
                {
                    Reason = most switch
                    {
                        null => $"The quota of {name} is what the service is set to",
                        0 => $"There is no quota of {name}",
                        _ => string.Create(CultureInfo.InvariantCulture, $"The quota of {name} is {most}"),
                    },
                });
            }

            return true;
        }
    }
}
