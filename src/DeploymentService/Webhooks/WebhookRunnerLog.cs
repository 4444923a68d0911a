namespace DeploymentService.Webhooks;

// Neither the address nor the name: both are other people's, and the first may be a secret.
internal sealed partial class WebhookRunner
{
    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId}: deliveries could not be read or written; it is tried again every second")]
        public static partial void Failed(ILogger logger, string webhookId, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId} fails: {Error}. It is tried again, more and more rarely")]
        public static partial void Fails(ILogger logger, string webhookId, string error);

        [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId} is turned off: {Reason}")]
        public static partial void TurnedOff(ILogger logger, string webhookId, string reason);
    }
}
