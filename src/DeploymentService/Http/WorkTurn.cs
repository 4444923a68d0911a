namespace DeploymentService.Http;

/// <summary>
/// The turns that a piece of work has, one after the other (<see cref="WorkTurns"/>). What is begun within it while it has one is a part of it and needs none: were it to wait for a second one,
/// it would wait for itself, and everybody else for it.
/// </summary>
public sealed class WorkTurn : IDisposable
{
    private static readonly AsyncLocal<WorkTurn?> Present = new();

    private readonly WorkTurns _turns;
    private readonly string _projectId;
    private readonly bool _isPart;
    private bool _isOn;

    // Not in an asynchronous method: what follows would not know of it.
    internal WorkTurn(WorkTurns turns, string projectId)
    {
        (_turns, _projectId) = (turns, projectId);
        _isPart = Present.Value is { _isOn: true };
        if (!_isPart)
        {
            Present.Value = this;
        }
    }

    /// <summary>Takes a turn when there is one, until <see cref="End"/>.</summary>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask BeginAsync(CancellationToken cancel)
    {
        if (!_isPart && !_isOn)
        {
            await _turns.BeginAsync(_projectId, cancel);
            _isOn = true;
        }
    }

    /// <summary>Gives it to whoever is next, if there is one.</summary>
    public void End()
    {
        if (_isOn)
        {
            _isOn = false;
            _turns.End();
        }
    }

    /// <inheritdoc />
    public void Dispose() => End();
}
