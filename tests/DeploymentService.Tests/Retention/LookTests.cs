using System.Globalization;
using DeploymentService.Json;
using DeploymentService.Retention;
using DeploymentService.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeploymentService.Tests.Retention;

/// <summary>What the retention makes of very many deployments.</summary>
public sealed class LookTests(RetentionRoom room) : IClassFixture<RetentionRoom>
{
    private static readonly DateTime Now = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);

    private static readonly RetentionOptions Options = new() { DeploymentDays = 30, Projects = new Dictionary<string, int>(), RunDays = 30, RolloutDays = 30, ConfigDays = 30 };

    [Fact]
    public async Task The_only_deployments_of_very_many_servers_stay()
    {
        var found = await new RetentionPreview(new ManyDeployments(400_000), Options, Now).LookAsync((_, _, _, _) => Task.CompletedTask);

        Assert.Empty(found);
    }

    [Fact]
    public async Task A_service_that_stops_looks_at_no_more_of_them()
    {
        using var stopping = new CancellationTokenSource();
        var reader = new ManyDeployments(5_000) { AfterPage = stopping.Cancel };
        var services = room.App.Services;
        var sweep = new RetentionSweep(
            reader, services.GetRequiredService<GroupCommitWriter>(), services.GetRequiredService<EventLog>(), Options, NullLogger<RetentionSweep>.Instance);

        await sweep.RemoveAsync(Now, stopping.Token);

        Assert.Equal(1, reader.Lists);
    }

    /// <summary>A database whose deployments have ended long ago, each on a server of its own; it has nothing else.</summary>
    private sealed class ManyDeployments(long count) : IDatabaseReader
    {
        public Action? AfterPage { get; init; }

        /// <summary>How many lists were asked for.</summary>
        public int Lists { get; private set; }

        public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
            where T : class => default;

        public ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
            where T : class
        {
            foreach (var _ in keys)
            {
                take(query.Read(new Size()));
            }

            return default;
        }

        public ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue)
        {
            Lists++;
            var rows = new List<T>();
            if (key is long before && query.Sql.Contains("ORDER BY d.sequence DESC", StringComparison.Ordinal))
            {
                for (var number = Math.Min(before - 1, count); number > 0 && rows.Count < most; number--)
                {
                    rows.Add(query.Read(new Deployment(number)));
                }

                AfterPage?.Invoke();
            }

            return ValueTask.FromResult(rows);
        }

        public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take) => default;
    }

    private sealed class Deployment(long number) : Row
    {
        private readonly string _text = number.ToString(CultureInfo.InvariantCulture);

        public override string Text(int column) => column switch { 1 => "a-project", 3 => "server-" + _text, 4 => "app", _ => _text };

        public override string? TextOrNull(int column) => null;

        public override long Integer(int column) => number;

        public override bool Flag(int column) => true;

        public override DateTime Time(int column) => Now.AddDays(-100);

        public override DateTime? TimeOrNull(int column) => Time(column);
    }

    private sealed class Size : Row
    {
        public override string Text(int column) => "newer";

        public override long Integer(int column) => 0;
    }

    private abstract class Row : IRow
    {
        public virtual bool IsNull(int column) => throw new NotSupportedException();

        public virtual string Text(int column) => throw new NotSupportedException();

        public virtual string? TextOrNull(int column) => throw new NotSupportedException();

        public JsonText Json(int column) => throw new NotSupportedException();

        public JsonText? JsonOrNull(int column) => throw new NotSupportedException();

        public virtual long Integer(int column) => throw new NotSupportedException();

        public long? IntegerOrNull(int column) => throw new NotSupportedException();

        public virtual bool Flag(int column) => throw new NotSupportedException();

        public virtual DateTime Time(int column) => throw new NotSupportedException();

        public virtual DateTime? TimeOrNull(int column) => throw new NotSupportedException();

        public byte[] Bytes(int column) => throw new NotSupportedException();
    }
}
