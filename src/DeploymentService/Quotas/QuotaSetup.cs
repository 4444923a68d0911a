using DeploymentService.Storage;
using FluentValidation;

namespace DeploymentService.Quotas;

/// <summary>Registers the quotas.</summary>
public static class QuotaSetup
{
    /// <summary>Adds what checks them, what is counted for them, and how they are changed.</summary>
    public static void AddQuotas(this IServiceCollection services, QuotasOptions options) => services
        .AddSingleton(options)
        .AddSingleton(CountedRows.Configs)
        .AddSingleton(CountedRows.Rollouts)
        .AddSingleton<ProjectCounts>()
        .AddSingleton<QuotaOverrides>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<QuotaOverrides>())
        .AddSingleton<ProjectQuotas>()
        .AddSingleton<QuotaStore>()
        .AddSingleton<IValidator<UpdateQuotas>, UpdateQuotasValidator>();
}
