namespace DeploymentService.Http;

/// <summary>
/// Bounds how many processors work at once on what takes long, such as a search in many deployments or a further piece of a long answer: one fewer than there are, so that one is left
/// for reports and small requests. Projects take turns, whatever each of them asks for. Who has to wait holds no thread, and nobody keeps a turn while a client takes its time. Who works has its turns
/// by a <see cref="WorkTurn"/>.
/// </summary>
/// <param name="atOnce">How many.</param>
public sealed class WorkTurns(int atOnce)
{
    private readonly Lock _lock = new();

    // Of each project those who wait, in their order, and the projects of which somebody does.
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = [];
    private readonly Queue<string> _projects = [];
    private int _free = atOnce;

    /// <summary>One fewer than the processors, and one at least.</summary>
    public static WorkTurns OfThisMachine() => new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Work that is to have turns; it has none yet.</summary>
    /// <param name="projectId">For which project.</param>
    public WorkTurn Of(string projectId) => new(this, projectId);

    /// <summary>Takes a turn when there is one, until <see cref="End"/>.</summary>
    /// <param name="projectId">For which project.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public ValueTask BeginAsync(string projectId, CancellationToken cancel)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return ValueTask.CompletedTask;
            }

            if (!_waiting.TryGetValue(projectId, out var those))
            {
                _waiting.Add(projectId, those = []);
                _projects.Enqueue(projectId);
            }

            those.Enqueue(turn);
        }

        return new(WaitAsync(turn, cancel));
    }

    /// <summary>Gives it to whoever is next.</summary>
    public void End()
    {
        lock (_lock)
        {
            while (_projects.TryDequeue(out var projectId))
            {
                var those = _waiting[projectId];
                var isTaken = false;
                while (!isTaken && those.TryDequeue(out var next))
                {
                    // Not by who has gone meanwhile, and so none is lost.
                    isTaken = next.TrySetResult();
                }

                if (those.Count > 0)
                {
                    _projects.Enqueue(projectId);
                }
                else
                {
                    _waiting.Remove(projectId);
                }

                if (isTaken)
                {
                    return;
                }
            }

            _free++;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancel)
    {
        using (cancel.UnsafeRegister(static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn))
        {
            await turn.Task;
        }
    }
}
