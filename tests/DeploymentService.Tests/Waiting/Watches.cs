using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using DeploymentService.Tests.Support;
using DeploymentService.Waiting;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Waiting;

/// <summary>Looks at what the service keeps for those who wait: nothing else shows whether it is let go.</summary>
internal static class Watches
{
    /// <summary>How many deployments of a project are watched.</summary>
    public static int OfDeployments(ServiceApp app, string project) => Keys(app.Services.GetRequiredService<DeploymentWaits>())
        .Count(key => ((ITuple)key)[0]!.Equals(project));

    /// <summary>How many filters of a project are watched.</summary>
    public static int OfFilters(ServiceApp app, string project)
    {
        var waits = app.Services.GetRequiredService<FilterWaits>();
        lock (Field(waits, "_lock"))
        {
            return ((IDictionary)Field(waits, "_watches"))[project] is { } watched ? ((ICollection)Field(watched, "_watches")).Count : 0;
        }
    }

    /// <summary>Whether changes of a project are looked at for the sake of any filter.</summary>
    public static bool IsWatched(ServiceApp app, string project) => ((IDictionary)Field(app.Services.GetRequiredService<FilterWaits>(), "_watched")).Contains(project);

    /// <summary>Waits until nothing is left; a request of a client that is gone ends by itself.</summary>
    public static async Task AreGoneAsync(Func<int> count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (count() > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static List<object> Keys(object waits)
    {
        lock (Field(waits, "_lock"))
        {
            return [.. ((IDictionary)Field(waits, "_watches")).Keys.Cast<object>()];
        }
    }

    private static object Field(object of, string name) => of.GetType().GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(of)!;
}
