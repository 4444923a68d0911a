using DeploymentService.Storage.Model;

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
            withContext(PreparationChanges.Make);
        }
        catch (Exception exception)
        {
            // Then the first change takes longer.
            Log.NotPrepared(logger, exception);
        }
    }));

    /// <summary>Ends when it is ready, as well as may be.</summary>
    public Task Done => _prepared.Value;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "EF Core could not be made ready beside the writer; the first changes that use it hold up others")]
        public static partial void NotPrepared(ILogger logger, Exception exception);
    }
}
