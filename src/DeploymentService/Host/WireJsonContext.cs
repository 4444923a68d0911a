using System.Text.Json;
using System.Text.Json.Serialization;
using DeploymentService.Agents;
using DeploymentService.Audit;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Deployments;
using DeploymentService.Discovery;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Observability;
using DeploymentService.Quotas;
using DeploymentService.Rollouts;
using DeploymentService.Runs;
using DeploymentService.Storage.Model;
using DeploymentService.Usage;
using DeploymentService.Waiting;
using DeploymentService.Webhooks;

namespace DeploymentService.Host;

/// <summary>The types of all answers, compiled ahead so that the first answer is quick.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DeploymentEnvelope))]
[JsonSerializable(typeof(ConfigEnvelope))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(TokenEnvelope))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(BuildInfo))]
[JsonSerializable(typeof(ValidatedTemplate))]
[JsonSerializable(typeof(ApiVersions))]
[JsonSerializable(typeof(ApiVersionDocument))]
[JsonSerializable(typeof(DeploymentList))]
[JsonSerializable(typeof(ConfigList))]
[JsonSerializable(typeof(AgentUrlEnvelope))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(RunEnvelope))]
[JsonSerializable(typeof(EventGap))]
[JsonSerializable(typeof(SubjectEventView))]
[JsonSerializable(typeof(SummaryEnvelope))]
[JsonSerializable(typeof(ServerList))]
[JsonSerializable(typeof(ConfigNameList))]
[JsonSerializable(typeof(ActionNameList))]
[JsonSerializable(typeof(CallerEnvelope))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(WaitView))]
[JsonSerializable(typeof(ProgressView))]
[JsonSerializable(typeof(RolloutEnvelope))]
[JsonSerializable(typeof(RolloutList))]
[JsonSerializable(typeof(RolloutServerList))]
[JsonSerializable(typeof(RolloutEventList))]
[JsonSerializable(typeof(RolloutWaitView))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(QuotaList))]
[JsonSerializable(typeof(UsageEnvelope))]
[JsonSerializable(typeof(UsageList))]
[JsonSerializable(typeof(WebhookEnvelope))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(DeliveryEnvelope))]
[JsonSerializable(typeof(DeliveryList))]
public sealed partial class WireJsonContext : JsonSerializerContext
{
    /// <summary>Adds the types, and the words of those that are words on the wire.</summary>
    public static void AddTo(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, Default);
        options.Converters.Add(new JsonStringEnumConverter<Role>(JsonNamingPolicy.SnakeCaseLower));
    }
}
