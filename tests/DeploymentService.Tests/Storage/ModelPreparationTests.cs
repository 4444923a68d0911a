using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeploymentService.Tests.Storage;

/// <summary>EF Core takes its time when it is used first: then who needs it waits, and nobody else does.</summary>
public sealed class ModelPreparationTests
{
    [Fact]
    public async Task Only_changes_that_use_EF_Core_wait_until_it_is_ready()
    {
        var preparation = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = new ServiceApp(replace: services =>
        {
            var engine = services.Single(service => service.ServiceType == typeof(IWriteEngine)).ImplementationType!;
            services.Replace(ServiceDescriptor.Singleton<IWriteEngine>(
                provider => new UnpreparedEngine((IWriteEngine)ActivatorUtilities.CreateInstance(provider, engine), preparation.Task)));
        });
        app.StartServer();
        var project = new Project(app);
        var token = await project.SendAsync("POST", "tokens", """{"name": "a-token", "role": "reader"}""", ServiceApp.AdminToken);
        var id = token.Json["token"]!["id"]!.GetValue<string>();

        var revoked = project.SendAsync("DELETE", $"tokens/{id}", token: ServiceApp.AdminToken);
        await project.DeploymentAsync();

        Assert.False(revoked.IsCompleted);
        preparation.SetResult();
        Assert.Equal(204, (await revoked).Status);
    }

    private sealed class UnpreparedEngine(IWriteEngine engine, Task preparation) : IWriteEngine
    {
        public bool IsShared => engine.IsShared;

        public TimeSpan Patience => engine.Patience;

        public Task PrepareModelAsync() => preparation;

        public IWriteSession Open() => engine.Open();
    }
}
