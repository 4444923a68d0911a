using DeploymentService.Storage;
using FluentValidation;

namespace DeploymentService.Webhooks;

/// <summary>Registers the webhooks.</summary>
public static class WebhookSetup
{
    /// <summary>Adds the settings, the store, the rules of the bodies, and who delivers.</summary>
    public static void AddWebhooks(this IServiceCollection services, WebhooksOptions options)
    {
        services
            .AddSingleton(options)
            .AddSingleton<ReceiverAddresses>()
            .AddSingleton<WebhookMessages>()
            .AddSingleton<WebhookStore>()
            .AddSingleton<IValidator<CreateWebhook>, CreateWebhookValidator>()
            .AddSingleton<IValidator<UpdateWebhook>, UpdateWebhookValidator>()
            .AddSingleton<IValidator<RedeliverBody>, RedeliverBodyValidator>()
            .AddSingleton(WebhookQueries.Count)
            .AddSingleton<WebhookSender>()
            .AddSingleton<WebhookMetrics>()
            .AddSingleton<WebhookParts>();
        if (options.Enabled)
        {
            services
                .AddSingleton<WebhookFollower>()
                .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<WebhookFollower>())
                .AddHostedService<WebhookDriver>();
        }
    }
}
