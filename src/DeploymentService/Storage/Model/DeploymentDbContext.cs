using DeploymentService.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DeploymentService.Storage.Model;

/// <summary>
/// The model: the tables, their keys and their indexes. An engine's own context derives from it and says only what differs.
/// It is for queries and migrations; rows change through the writer alone.
/// </summary>
public abstract class DeploymentDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The configs of all projects.</summary>
    public DbSet<SoftwareConfig> Configs => Set<SoftwareConfig>();

    /// <summary>The deployments of all projects.</summary>
    public DbSet<SoftwareDeployment> Deployments => Set<SoftwareDeployment>();

    /// <summary>The access tokens of all projects.</summary>
    public DbSet<AccessToken> Tokens => Set<AccessToken>();

    /// <summary>What happened to deployments.</summary>
    public DbSet<DeploymentEvent> Events => Set<DeploymentEvent>();

    /// <summary>When servers were last heard of.</summary>
    public DbSet<ServerContact> ServerContacts => Set<ServerContact>();

    /// <summary>The keys of requests that must not be done twice.</summary>
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();

    /// <summary>The agent URLs that were rotated.</summary>
    public DbSet<AgentUrl> AgentUrls => Set<AgentUrl>();

    /// <summary>What executions run whose deployments say something else by now.</summary>
    public DbSet<ExecutionSnapshot> ExecutionSnapshots => Set<ExecutionSnapshot>();

    /// <summary>What became of executions that were followed by others.</summary>
    public DbSet<DeploymentRun> DeploymentRuns => Set<DeploymentRun>();

    /// <summary>The keys that agents' URLs are signed with.</summary>
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    /// <summary>Configs on their way to many servers.</summary>
    public DbSet<Rollout> Rollouts => Set<Rollout>();

    /// <summary>The servers of rollouts.</summary>
    public DbSet<RolloutServer> RolloutServers => Set<RolloutServer>();

    /// <summary>Which deployment rollouts of a name use for a server.</summary>
    public DbSet<RolloutDeployment> RolloutDeployments => Set<RolloutDeployment>();

    /// <summary>How much projects may have, where that is not what the settings say.</summary>
    public DbSet<ProjectQuota> ProjectQuotas => Set<ProjectQuota>();

    /// <summary>Who is told what happens.</summary>
    public DbSet<Webhook> Webhooks => Set<Webhook>();

    /// <summary>What they are told.</summary>
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder
        .ApplyConfiguration(new SoftwareConfigMapping())
        .ApplyConfiguration(new SoftwareDeploymentMapping())
        .ApplyConfiguration(new AccessTokenMapping())
        .ApplyConfiguration(new AgentUrlMapping())
        .ApplyConfiguration(new SigningKeyMapping())
        .ApplyConfiguration(new ExecutionSnapshotMapping())
        .ApplyConfiguration(new DeploymentRunMapping())
        .ApplyConfiguration(new DeploymentEventMapping())
        .ApplyConfiguration(new ServerContactMapping())
        .ApplyConfiguration(new IdempotencyRecordMapping())
        .ApplyConfiguration(new RolloutMapping())
        .ApplyConfiguration(new RolloutServerMapping())
        .ApplyConfiguration(new RolloutDeploymentMapping())
        .ApplyConfiguration(new ProjectQuotaMapping())
        .ApplyConfiguration(new WebhookMapping())
        .ApplyConfiguration(new WebhookDeliveryMapping());

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<JsonText>().HaveConversion<JsonTextConverter>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UnixMillisecondsConverter>();
    }

    internal sealed class JsonTextConverter() : ValueConverter<JsonText, string>(json => json.ToString(), text => JsonText.Parse(text));

    internal sealed class UnixMillisecondsConverter()
        : ValueConverter<DateTime, long>(time => UnixMilliseconds.From(time), milliseconds => UnixMilliseconds.ToUtc(milliseconds));
}
