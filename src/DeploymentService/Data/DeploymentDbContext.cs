using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Deployments;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DeploymentService.Data;

/// <summary>
/// The model: four tables, their keys and their indexes. An engine's own context derives from it and says only what differs.
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

    /// <summary>The agent URLs that were rotated.</summary>
    public DbSet<AgentUrl> AgentUrls => Set<AgentUrl>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder
        .ApplyConfiguration(new SoftwareConfigMapping())
        .ApplyConfiguration(new SoftwareDeploymentMapping())
        .ApplyConfiguration(new AccessTokenMapping())
        .ApplyConfiguration(new AgentUrlMapping());

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<JsonText>().HaveConversion<JsonTextConverter>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UnixMillisecondsConverter>();
    }

    private sealed class JsonTextConverter() : ValueConverter<JsonText, string>(json => json.ToString(), text => JsonText.Parse(text));

    private sealed class UnixMillisecondsConverter()
        : ValueConverter<DateTime, long>(time => UnixMilliseconds.From(time), milliseconds => UnixMilliseconds.ToUtc(milliseconds));
}
