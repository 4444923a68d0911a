using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Benchmarks.Hosts;

/// <summary>The service as it is written first: a context a request, tracked entities, SaveChanges. No tokens, no validation, no log.</summary>
public static class PerRequestHost
{
    /// <summary>Puts the host together.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="journal">The mode of SQLite's journal; null on PostgreSQL.</param>
    public static WebApplication Build(string[] args, string? journal)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddDbContext<Context>(options => _ = journal is null
            ? options.UseNpgsql(builder.Configuration["ConnectionStrings:Deployments"])
            : options.UseSqlite(builder.Configuration["ConnectionStrings:Deployments"]));
        var app = builder.Build();
        using (var scope = app.Services.CreateScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<Context>();
            context.Database.EnsureCreated();
            if (journal is not null)
            {
                context.Database.ExecuteSqlRaw(journal == "WAL" ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
            }
        }

        app.MapGet("/healthcheck", () => Results.Ok());
        app.MapPost("/v1/{project}/software_configs", () => new { software_config = new { id = Seed.SampleId } });
        app.MapPost("/v1/{project}/software_deployments", CreateAsync);
        app.MapPut("/v1/{project}/software_deployments/{id}", UpdateAsync);
        app.MapGet("/v1/{project}/software_deployments/{id}", ShowAsync);
        app.MapGet("/v1/{project}/software_deployments", ListAsync);
        return app;
    }

    private static async Task<Envelope> CreateAsync(string project, Body body, Context context)
    {
        var row = new Row { ProjectId = project, Id = Guid.NewGuid().ToString(), ServerId = body.ServerId!, ConfigId = body.ConfigId!, Status = "IN_PROGRESS", CreationTime = TimeProvider.System.GetUtcNow() };
        context.Add(row);
        await context.SaveChangesAsync();
        return new Envelope(row);
    }

    private static async Task<IResult> UpdateAsync(string project, string id, Body body, Context context)
    {
        var row = await context.Deployments.FindAsync(project, id);
        if (row is null)
        {
            return Results.NotFound();
        }

        row.Status = body.Status ?? row.Status;
        row.StatusReason = body.StatusReason ?? row.StatusReason;
        row.OutputValues = body.OutputValues?.GetRawText() ?? row.OutputValues;
        row.UpdatedTime = TimeProvider.System.GetUtcNow();
        await context.SaveChangesAsync();
        return Results.Ok(new Envelope(row));
    }

    private static async Task<IResult> ShowAsync(string project, string id, Context context) =>
        await context.Deployments.FindAsync(project, id) is { } row ? Results.Ok(new Envelope(row)) : Results.NotFound();

    private static async Task<object> ListAsync(string project, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "server_id")] string server, Context context) =>
        new { SoftwareDeployments = await context.Deployments.Where(row => row.ProjectId == project && row.ServerId == server).OrderBy(row => row.Id).ToListAsync() };

    private sealed record Envelope(Row SoftwareDeployment);

    private sealed record Body
    {
        public string? ConfigId { get; init; }

        public string? ServerId { get; init; }

        public string? Status { get; init; }

        public string? StatusReason { get; init; }

        public JsonElement? OutputValues { get; init; }
    }

    private sealed class Row
    {
        [JsonIgnore]
        public string ProjectId { get; set; } = "";

        public string Id { get; set; } = "";

        public string ServerId { get; set; } = "";

        public string ConfigId { get; set; } = "";

        public string Status { get; set; } = "";

        public string? StatusReason { get; set; }

        public string? OutputValues { get; set; }

        public DateTimeOffset CreationTime { get; set; }

        public DateTimeOffset? UpdatedTime { get; set; }
    }

    private sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        public DbSet<Row> Deployments => Set<Row>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Row>(row =>
        {
            row.HasKey(deployment => new { deployment.ProjectId, deployment.Id });
            row.HasIndex(deployment => new { deployment.ProjectId, deployment.ServerId });
        });
    }
}
