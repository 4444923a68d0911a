using System.Globalization;
using DeploymentService.Host;
using DeploymentService.Settings;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeploymentService.Tests.Backup;

/// <summary>Copies that the service makes by itself: one when the last is old enough, as many as are to be kept, and nothing of others removed.</summary>
public sealed class ScheduledBackupTests : IDisposable
{
    private const string Done = "The database was copied";
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly PeriodClock _time = new(Tick);

    private string Copies => _folder.At("copies");

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task One_is_made_a_day_and_the_oldest_go()
    {
        string[] foreign = ["deployments-20200101T000000Z.db.bak", "deployments-before-upgrade.db", "another.db"];
        Directory.CreateDirectory(Copies);
        foreach (var file in foreign.Append("deployments-20261101T000000Z.db.77.part"))
        {
            await File.WriteAllTextAsync(Path.Combine(Copies, file), "");
        }

        using (var logged = Start(keep: 2))
        {
            await logged.Log.UntilAsync(Done);
            Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), LastSuccess(logged.App));
            Assert.Equal([24 * 60 * 60], Measured.Now(logged.App, "deployments.backup.interval"));
            for (var times = 2; times <= 3; times++)
            {
                Pass(TimeSpan.FromDays(1));
                await logged.Log.UntilAsync(Done, times);
            }

            Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), LastSuccess(logged.App));
        }

        // A start makes none that is not due; when it is, it does, as if the service had run all the time.
        _time.AdjustTime(_time.GetUtcNow() + TimeSpan.FromHours(23));
        using var again = Start(keep: 2);
        Pass(TimeSpan.FromHours(1));
        await again.Log.UntilAsync(Done);

        Assert.Equal(
            foreign.Concat(["deployments-20261125T120000Z.db", "deployments-20261126T120000Z.db"]).Order(StringComparer.Ordinal),
            Directory.GetFiles(Copies).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        UpdateLoad.AssertSound(Path.Combine(Copies, "deployments-20261126T120000Z.db"));
    }

    [SqliteFact]
    public async Task One_that_fails_is_logged_and_tried_again()
    {
        // A file is where the folder should be.
        await File.WriteAllTextAsync(Copies, "");
        using var logged = Start(keep: 2);
        await logged.Log.UntilAsync("could not be copied");
        Assert.Equal(0, LastSuccess(logged.App));

        File.Delete(Copies);
        Pass(TimeSpan.FromMinutes(11));
        await logged.Log.UntilAsync(Done);

        Assert.Single(Directory.GetFiles(Copies));
    }

    [SqliteFact]
    public async Task Copies_of_a_time_that_is_still_to_come_push_out_none()
    {
        const string future = "deployments-20300101T000000Z.db";
        Directory.CreateDirectory(Copies);
        await File.WriteAllTextAsync(Path.Combine(Copies, future), "");

        using var logged = Start(keep: 1);
        await logged.Log.UntilAsync(Done);
        Assert.Equal(["deployments-20261123T120000Z.db", future], Names());
        Pass(TimeSpan.FromDays(1));
        await logged.Log.UntilAsync(Done, 2);

        Assert.Equal(["deployments-20261124T120000Z.db", future], Names());

        IEnumerable<string> Names() => Directory.GetFiles(Copies).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void With_a_server_the_folder_is_refused()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = "PostgreSql",
            ["ConnectionStrings:Deployments"] = "Host=127.0.0.1;Database=d;Username=u",
            ["Backup:Folder"] = "copies",
        }).Build();

        var fault = Assert.Single(Assert.Throws<SettingsException>(() => ServiceSettings.Read(settings)).Faults);

        Assert.StartsWith("Backup:Folder is set, and Database:Provider is PostgreSql", fault, StringComparison.Ordinal);
        Assert.Contains("pg_dump", fault, StringComparison.Ordinal);
    }

    /// <summary>Lets time pass, and of all that is done every so often only what is done in its last minute.</summary>
    private void Pass(TimeSpan time)
    {
        _time.AdjustTime(_time.GetUtcNow() + time - Tick);
        _time.Advance(Tick);
    }

    private LoggedApp Start(int keep) => new(
        services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time)),
        new() { ["Backup:Folder"] = Copies, ["Backup:Keep"] = keep.ToString(CultureInfo.InvariantCulture) },
        _folder.Name);

    private static double LastSuccess(ServiceApp app) => Measured.Now(app, "deployments.backup.last_success").Single();
}
