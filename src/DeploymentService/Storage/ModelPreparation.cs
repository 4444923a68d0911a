using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage;

/// <summary>Makes EF Core ready for changes that use it, beside the writer and once, as <see cref="IWriteEngine.PrepareModelAsync"/> says.</summary>
internal sealed partial class ModelPreparation
{
    private readonly Lazy<Task> _prepared;

    /// <summary>Prepares nothing yet.</summary>
    /// <param name="withContext">Gives a context on a database in which nothing that is done lasts.</param>
    /// <param name="logger">Is told when it fails.</param>
    public ModelPreparation(Action<Action<DeploymentDbContext>> withContext, ILogger logger) => _prepared = new(() => Task.Run(() =>
    {
        try
        {
            withContext(DoWhatChangesDo);
        }
        catch (Exception exception)
        {
            // Then the first change takes longer.
            Log.NotPrepared(logger, exception);
        }
    }));

    /// <summary>Ends when it is ready, as well as may be.</summary>
    public Task Done => _prepared.Value;

    private static void DoWhatChangesDo(DeploymentDbContext context)
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "EF Core could not be made ready beside the writer; the first changes that use it hold up others")]
        public static partial void NotPrepared(ILogger logger, Exception exception);
    }
}
