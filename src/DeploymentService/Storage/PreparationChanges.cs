using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage;

/// <summary>What changes that use EF Core do, for a <see cref="ModelPreparation"/>: on a database in which nothing lasts.</summary>
internal static class PreparationChanges
{
    /// <summary>Makes one of each kind.</summary>
    public static void Make(DeploymentDbContext context)
    {
        var unique = Guid.NewGuid();
        var token = new AccessToken
        {
            ProjectId = "",
            Id = unique.ToString(),
            Name = "",
            Role = Role.Reader,
            SecretHash = unique.ToByteArray(),
            CreationTime = DateTime.UnixEpoch,
        };
        context.Add(token);
        context.SaveChanges();
        var tokens = context.Tokens.AsNoTracking().Where(row => row.ProjectId == token.ProjectId && row.Id == token.Id);
        _ = tokens.OrderBy(row => row.CreationTime).ToList();
        tokens.ExecuteUpdate(row => row.SetProperty(used => used.LastUsedTime, DateTime.UnixEpoch));
        tokens.ExecuteDelete();
    }
}
