using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DeploymentService.Storage.Postgres;

/// <summary>The model on PostgreSQL; its migrations are in this folder.</summary>
public sealed class PostgresDeploymentDbContext(DbContextOptions<PostgresDeploymentDbContext> options) : DeploymentDbContext(options)
{
    // Room in each page for the next state of its rows, which then changes no index.
    private const int FullDeploymentPage = 80;
    private const int FullServerPage = 60;

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<SoftwareDeployment>().HasStorageParameter("fillfactor", FullDeploymentPage);
        modelBuilder.Entity<ServerContact>().HasStorageParameter("fillfactor", FullServerPage);
        modelBuilder.Entity<DeploymentEvent>().HasIndex(evt => new { evt.DeploymentNumber, evt.Sequence });
        modelBuilder.Entity<CommitLock>().ToTable("commit_lock").HasData(new CommitLock { Id = 1 });
        modelBuilder.Entity<CommitLock>().Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        var batches = modelBuilder.Entity<WriterBatch>().ToTable("writer_batches").HasStorageParameter("fillfactor", FullServerPage);
        batches.HasKey(row => row.WriterId);
        batches.Property(row => row.WriterId).HasColumnName("writer_id").HasMaxLength(36);
        batches.Property(row => row.Number).HasColumnName("number");
        batches.Property(row => row.Time).HasColumnName("time");
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // The order of ids is that of their bytes, as on SQLite, and no new version of a library changes it below an index.
        configurationBuilder.Properties<string>().UseCollation("C");
    }
}

/// <summary>The one row of <c>commit_lock</c>. Whoever has locked it is the only writer: a batch begins with it.</summary>
public sealed record CommitLock
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }
}

/// <summary>A row of <c>writer_batches</c>: the last batch that a writer has committed, by which it finds out what became of one whose COMMIT was never answered.</summary>
public sealed record WriterBatch
{
    /// <summary>A UUID that the writer made when it was opened.</summary>
    public required string WriterId { get; init; }

    /// <summary>Counts from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When it was committed, UTC.</summary>
    public required DateTime Time { get; init; }
}

/// <summary>For <c>dotnet ef migrations add NAME --context PostgresDeploymentDbContext --project src/DeploymentService --output-dir Storage/Postgres/Migrations</c>.</summary>
public sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresDeploymentDbContext>
{
    /// <inheritdoc />
    public PostgresDeploymentDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDeploymentDbContext>().UseNpgsql("Host=127.0.0.1;Database=design").Options);
}
