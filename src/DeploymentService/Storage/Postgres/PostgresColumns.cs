using System.Runtime.InteropServices;
using DeploymentService.Json;
using Npgsql;
using NpgsqlTypes;

namespace DeploymentService.Storage.Postgres;

/// <summary>The columns of many rows as parameters of a statement, each an array.</summary>
internal readonly struct PostgresColumns(NpgsqlParameterCollection parameters)
{
    /// <summary>A text or NULL of each row.</summary>
    public PostgresColumns Text<T>(List<T> rows, Func<T, string?> value) => Add(NpgsqlDbType.Text, rows, value);

    /// <summary>A whole number or NULL of each row.</summary>
    public PostgresColumns Integer<T>(List<T> rows, Func<T, long?> value) => Add(NpgsqlDbType.Bigint, rows, value);

    /// <summary>A truth value of each row.</summary>
    public PostgresColumns Flag<T>(List<T> rows, Func<T, bool> value) => Add(NpgsqlDbType.Boolean, rows, value);

    /// <summary>A time, UTC, or NULL of each row.</summary>
    public PostgresColumns Time<T>(List<T> rows, Func<T, DateTime?> value) =>
        Add(NpgsqlDbType.Bigint, rows, row => value(row) is { } time ? UnixMilliseconds.From(time) : (long?)null);

    /// <summary>Bytes of each row.</summary>
    public PostgresColumns Bytes<T>(List<T> rows, Func<T, byte[]> value) => Add(NpgsqlDbType.Bytea, rows, value);

    /// <summary>A JSON text or NULL of each row, sent as the bytes that it is.</summary>
    public PostgresColumns Json<T>(List<T> rows, Func<T, JsonText?> value) => Add(NpgsqlDbType.Text, rows, row => value(row) is { } json ? Whole(json.Utf8) : null);

    /// <summary>How many rows there are, once.</summary>
    public PostgresColumns Count<T>(List<T> rows)
    {
        parameters.Add(new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = rows.Count });
        return this;
    }

    private PostgresColumns Add<T, TValue>(NpgsqlDbType type, List<T> rows, Func<T, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var next = 0; next < values.Length; next++)
        {
            values[next] = value(rows[next]);
        }

        parameters.Add(new NpgsqlParameter<TValue[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });
        return this;
    }

    private static byte[] Whole(ReadOnlyMemory<byte> utf8) =>
        MemoryMarshal.TryGetArray(utf8, out var segment) && segment.Count == segment.Array!.Length ? segment.Array : utf8.ToArray();
}
