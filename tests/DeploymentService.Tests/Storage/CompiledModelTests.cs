using DeploymentService.Storage.Sqlite;
using DeploymentService.Storage.Sqlite.Compiled;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace DeploymentService.Tests.Storage;

/// <summary>EF Core works with a model that was compiled from the mappings; it must be what they say.</summary>
public sealed class CompiledModelTests
{
    [Fact]
    public void The_compiled_model_is_what_the_mappings_say()
    {
        using var context = new SqliteDesignTimeFactory().CreateDbContext([]);
        Assert.Same(SqliteDeploymentDbContextModel.Instance, context.Model);

        var mapped = context.GetService<IModelSource>().GetModel(context, context.GetService<ModelCreationDependencies>(), designTime: false);

        // When they differ, compile it anew:
        // dotnet ef dbcontext optimize --project src/DeploymentService --context SqliteDeploymentDbContext --output-dir Storage/Sqlite/Compiled --namespace DeploymentService.Storage.Sqlite.Compiled
        Assert.Equal(Describe(mapped), Describe(context.Model));
    }

    private static string Describe(IModel model) =>
        model.ToDebugString(MetadataDebugStringOptions.LongDefault) + model.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.LongDefault);
}
