using DeploymentService.Storage;
using FluentValidation;

namespace DeploymentService.Agents;

/// <summary>Registers the agents' loop.</summary>
public static class AgentSetup
{
    /// <summary>Adds the keys, the stores and the rules of the bodies.</summary>
    public static void AddAgents(this IServiceCollection services, AgentsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SigningKeys>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<SigningKeys>())
        .AddHostedService<FirstSigningKeys>()
        .AddSingleton<SignedPath>()
        .AddSingleton<AgentStore>()
        .AddSingleton<FetchRecorder>()
        .AddSingleton<SignalStore>()
        .AddSingleton<IValidator<CreateAgentUrl>, CreateAgentUrlValidator>();
}
