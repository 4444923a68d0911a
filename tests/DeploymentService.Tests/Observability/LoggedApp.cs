using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;

namespace DeploymentService.Tests.Observability;

/// <summary>An application whose log is kept: one for all tests of a class.</summary>
public sealed class LoggedApp : IDisposable
{
    public LoggedApp()
        : this(_ => { })
    {
    }

    internal LoggedApp(Action<IServiceCollection> replace, Dictionary<string, string>? settings = null, string? folder = null)
    {
        App = new(new(settings ?? []) { ["Logging:Level"] = "Information" }, folder, services =>
        {
            services.AddSingleton<ILogEventSink>(Log);
            replace(services);
        });
        App.StartServer();
    }

    public CapturedLog Log { get; } = new();

    public ServiceApp App { get; }

    public void Dispose() => App.Dispose();
}
