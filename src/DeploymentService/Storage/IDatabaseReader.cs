using DeploymentService.Json;

namespace DeploymentService.Storage;

/// <summary>
/// Runs queries beside the writer. Nothing is held while a caller does something else: a query is over, and its snapshot gone, when the task ends. SQLite answers
/// on the caller's thread; an engine behind a network does not block it.
/// </summary>
public interface IDatabaseReader
{
    /// <summary>The first row of a query; null when there is none.</summary>
    /// <exception cref="WriterBusyException">The database cannot answer now; trying again may help.</exception>
    ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
        where T : class;

    /// <summary>Hands over the first row for each of several keys, in their order: an engine that is far away is asked once.</summary>
    /// <param name="query">The query.</param>
    /// <param name="keys">What it is asked for.</param>
    /// <param name="take">Takes a row, at once, or null where a key has none; false when it was the last that is wanted.</param>
    ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
        where T : class;

    /// <summary>The rows of a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="key">What it is asked for.</param>
    /// <param name="most">At most so many.</param>
    ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue);

    /// <summary>Hands over the rows of a query one after the other.</summary>
    /// <param name="query">The query.</param>
    /// <param name="key">What it is asked for.</param>
    /// <param name="most">At most so many: an engine that is far away sends no more.</param>
    /// <param name="take">Takes a row, at once; false when it was the last that is wanted.</param>
    ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take);
}

/// <summary>A query, in the SQL that all engines have in common. Parameters are <c>$1</c>, <c>$2</c> and so on, and there is no LIMIT, which the reader adds where its engine needs one.</summary>
/// <param name="Sql">Its text, a constant.</param>
/// <param name="Bind">Gives the parameters, in their order.</param>
/// <param name="Read">Makes an object of a row.</param>
public sealed record Query<TKey, T>(string Sql, Action<IParameters, TKey> Bind, Func<IRow, T> Read)
{
    /// <summary>How long an engine that is far away may take for it, where that is longer than requests wait; what takes longer is not asked once more.</summary>
    public TimeSpan? Limit { get; init; }
}

/// <summary>The parameters of a query, in the order <c>$1</c>, <c>$2</c> and so on.</summary>
public interface IParameters
{
    /// <summary>A text or NULL.</summary>
    IParameters Add(string? value);

    /// <summary>A whole number or NULL.</summary>
    IParameters Add(long? value);

    /// <summary>A time, UTC, or NULL.</summary>
    IParameters Add(DateTime? value);

    /// <summary>Bytes.</summary>
    IParameters Add(byte[] value);
}

/// <summary>A row of an answer. Columns count from 0.</summary>
public interface IRow
{
    /// <summary>True when the column is NULL.</summary>
    bool IsNull(int column);

    /// <summary>A text.</summary>
    string Text(int column);

    /// <summary>A text or null.</summary>
    string? TextOrNull(int column);

    /// <summary>A JSON text.</summary>
    JsonText Json(int column);

    /// <summary>A JSON text or null.</summary>
    JsonText? JsonOrNull(int column);

    /// <summary>A whole number.</summary>
    long Integer(int column);

    /// <summary>A whole number or null.</summary>
    long? IntegerOrNull(int column);

    /// <summary>A truth value.</summary>
    bool Flag(int column);

    /// <summary>A time, UTC.</summary>
    DateTime Time(int column);

    /// <summary>A time, UTC, or null.</summary>
    DateTime? TimeOrNull(int column);

    /// <summary>Bytes.</summary>
    byte[] Bytes(int column);
}
