using Npgsql;
using NpgsqlTypes;

namespace DeploymentService.Storage.Postgres;

/// <summary>The parameters of a command, in their order and with their types: a server that has to guess one prepares the statement again.</summary>
internal readonly struct PostgresParameters(NpgsqlParameterCollection parameters) : IParameters
{
    private const int LongerThanAnyKey = 1000;

    /// <inheritdoc />
    public IParameters Add(string? value) => value is null ? AddNull(NpgsqlDbType.Text) : AddTyped(NpgsqlDbType.Text, KeyOf(value));

    /// <inheritdoc />
    public IParameters Add(long? value) => value is { } number ? AddTyped(NpgsqlDbType.Bigint, number) : AddNull(NpgsqlDbType.Bigint);

    /// <inheritdoc />
    public IParameters Add(DateTime? value) => Add(value is { } time ? UnixMilliseconds.From(time) : (long?)null);

    /// <inheritdoc />
    public IParameters Add(byte[] value) => AddTyped(NpgsqlDbType.Bytea, value);

    /// <summary>
    /// A text to look for. One with U+0000 the server would refuse; it equals no text that is stored, because none has that character, and neither does what it becomes, which is
    /// longer than any key.
    /// </summary>
    internal static string KeyOf(string value) => value.Contains('\0', StringComparison.Ordinal) ? new string('?', LongerThanAnyKey) : value;

    private PostgresParameters AddTyped<T>(NpgsqlDbType type, T value)
    {
        parameters.Add(new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value });
        return this;
    }

    private PostgresParameters AddNull(NpgsqlDbType type)
    {
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value });
        return this;
    }
}
