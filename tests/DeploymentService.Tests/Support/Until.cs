using System.Diagnostics;

namespace DeploymentService.Tests.Support;

/// <summary>Waits for what comes by itself: looks again and again, and fails a test only after longer than any machine needs.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until something is so.</summary>
    /// <param name="isSo">Looks.</param>
    /// <param name="what">What it is instead.</param>
    /// <param name="meanwhile">Is done between two looks, such as letting time pass.</param>
    public static Task TrueAsync(Func<bool> isSo, Func<string> what, Action? meanwhile = null) => TrueAsync(() => Task.FromResult(isSo()), what, meanwhile);

    /// <summary>The same for a look that takes its time.</summary>
    public static Task TrueAsync(Func<Task<bool>> isSo, Func<string> what, Action? meanwhile = null) => WantedAsync(isSo, found => found, _ => what(), meanwhile);

    /// <summary>Asks until the answer has the wanted status.</summary>
    public static Task<Answer> StatusAsync(int status, Func<Task<Answer>> ask) =>
        WantedAsync(ask, answer => answer.Status == status, answer => $"Still {answer.Status} and not {status}: {answer.Text}");

    /// <summary>What a look finds once it is as a test wants it.</summary>
    /// <param name="look">Looks.</param>
    /// <param name="isWanted">Whether this is it.</param>
    /// <param name="what">What is said of what was found last when it is not.</param>
    /// <param name="meanwhile">Is done between two looks, such as letting time pass.</param>
    public static async Task<T> WantedAsync<T>(Func<Task<T>> look, Func<T, bool> isWanted, Func<T, string> what, Action? meanwhile = null)
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            var found = await look();
            if (isWanted(found))
            {
                return found;
            }

            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, what(found));
            meanwhile?.Invoke();
            await Task.Delay(20);
        }
    }
}
