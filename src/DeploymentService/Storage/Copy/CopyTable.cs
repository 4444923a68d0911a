using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace DeploymentService.Storage.Copy;

/// <summary>A table that both engines have, as the model says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Key">The columns of its key, by which it is read in order.</param>
public sealed record CopyTable(string Name, IReadOnlyList<CopyColumn> Columns, IReadOnlyList<string> Key)
{
    /// <summary>The columns for a statement, quoted.</summary>
    internal string ColumnList => string.Join(", ", Columns.Select(column => $"\"{column.Name}\""));

    /// <summary>The key for a statement, quoted.</summary>
    internal string KeyList => string.Join(", ", Key.Select(column => $"\"{column}\""));

    /// <summary>All tables of the model, each behind those that it refers to. What an engine has for itself is not in them.</summary>
    public static IReadOnlyList<CopyTable> All(DeploymentDbContext context)
    {
        var left = context.Model.GetEntityTypes().Where(type => type.ClrType.Namespace == typeof(SoftwareDeployment).Namespace).ToList();
        var tables = new List<CopyTable>();
        while (left.Count > 0)
        {
            var next = left.First(type => type.GetForeignKeys().All(key => !left.Contains(key.PrincipalEntityType)));
            left.Remove(next);
            tables.Add(Of(next));
        }

        return tables;
    }

    private static CopyTable Of(IEntityType type) => new(
        type.GetTableName()!,
        [.. type.GetProperties().Select(property => new CopyColumn(property.GetColumnName(), StoredType(property)))],
        [.. type.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName())]);

    private static Type StoredType(IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? Enum.GetUnderlyingType(type) : type;
    }
}

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its values are: text, whole numbers, truth values or bytes.</param>
public sealed record CopyColumn(string Name, Type Type)
{
    /// <summary>A value as every engine takes it; null for NULL.</summary>
    internal object? Value(object read) => read is DBNull ? null
        : Type == typeof(string) || Type == typeof(byte[]) ? read
        : Convert.ChangeType(read, Type, System.Globalization.CultureInfo.InvariantCulture);
}
