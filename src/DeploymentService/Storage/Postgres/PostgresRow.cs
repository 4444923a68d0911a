using DeploymentService.Json;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>The row that a reader is at. JSON is read as the bytes that it is.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : IRow
{
    /// <inheritdoc />
    public bool IsNull(int column) => reader.IsDBNull(column);

    /// <inheritdoc />
    public string Text(int column) => reader.GetString(column);

    /// <inheritdoc />
    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <inheritdoc />
    public JsonText Json(int column) => new(reader.GetFieldValue<byte[]>(column));

    /// <inheritdoc />
    public JsonText? JsonOrNull(int column) => reader.IsDBNull(column) ? null : Json(column);

    /// <inheritdoc />
    public long Integer(int column) => reader.GetInt64(column);

    /// <inheritdoc />
    public long? IntegerOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <inheritdoc />
    public bool Flag(int column) => reader.GetBoolean(column);

    /// <inheritdoc />
    public DateTime Time(int column) => UnixMilliseconds.ToUtc(reader.GetInt64(column));

    /// <inheritdoc />
    public DateTime? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);

    /// <inheritdoc />
    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);
}
