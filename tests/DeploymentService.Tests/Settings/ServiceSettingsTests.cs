using DeploymentService.Host;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Settings;

/// <summary>Settings are checked together, before anything is started.</summary>
public sealed class ServiceSettingsTests
{
    [Fact]
    public void Every_fault_is_told_at_once_with_its_key_its_variable_and_the_repair()
    {
        var faults = Faults(
            ("urls", "nowhere"),
            ("ConnectionStrings:Deployments", "Password=a-secret;Nonsense"),
            ("Database:Provider", "Oracle"),
            ("Database:BusyTimeoutMilliseconds", "-1"),
            ("Writing:QueueCapacity", "0"),
            ("Writing:QueueTimeoutMilliseconds", "soon"),
            ("Authentication:Mode", "Maybe"),
            ("Authentication:BootstrapToken", "a secret with spaces"),
            ("Api:TimestampSuffix", "CET"),
            ("Logging:Json", "yes"),
            ("Logging:Level", "Loud"));

        Assert.Collection(
            faults,
            fault => AssertFault(fault, "Database:Provider", "is 'Oracle': use Sqlite or PostgreSql"),
            fault => AssertFault(fault, "ConnectionStrings:Deployments", "is not a connection string of SQLite: use `Data Source=FILE`"),
            fault => AssertFault(fault, "Database:BusyTimeoutMilliseconds", "is '-1': use a whole number from 0 to 60000"),
            fault => AssertFault(fault, "Writing:QueueCapacity", "is '0': use a whole number from 1 to 100000"),
            fault => AssertFault(fault, "Writing:QueueTimeoutMilliseconds", "is 'soon': use a whole number from 0 to 60000"),
            fault => AssertFault(fault, "Authentication:Mode", "is 'Maybe': use Tokens or Keystone or None"),
            fault => AssertFault(fault, "Authentication:BootstrapToken", "has a character that no HTTP header carries: use visible ASCII characters without spaces"),
            fault => AssertFault(fault, "Api:TimestampSuffix", "is 'CET': use Z, +00:00 or none"),
            fault => AssertFault(fault, "Logging:Json", "is 'yes': use true or false"),
            fault => AssertFault(fault, "Logging:Level", "is 'Loud': use Verbose or Debug or Information or Warning or Error or Fatal"),
            fault => Assert.Equal("urls has 'nowhere': use an address such as http://127.0.0.1:8004 (environment: ASPNETCORE_URLS)", fault));
        Assert.DoesNotContain(faults, fault => fault.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("short", "has 5 characters")]
    [InlineData("0123456789012345678901234567890", "has 31 characters")]
    public void A_bootstrap_token_that_could_be_guessed_is_refused(string token, string what) => AssertFault(
        Assert.Single(Faults(("Authentication:BootstrapToken", token))),
        "Authentication:BootstrapToken",
        $"{what}: use at least 32 random ones, such as those of openssl rand -hex 32");

    [Fact]
    public void A_region_is_printable_and_no_longer_than_a_name() => Assert.All(
        ["a\nb", new string('x', 256)],
        region => AssertFault(
            Assert.Single(Faults(("Authentication:Region", region))),
            "Authentication:Region",
            "is no name of a region: use 1 to 255 printable characters, such as RegionOne"));

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=file:memory?mode=memory")]
    [InlineData("Data Source=deployments;Mode=Memory")]
    [InlineData("Data Source=deployments.db;Mode=ReadOnly")]
    [InlineData("Mode=ReadWrite")]
    [InlineData("Data Source=")]
    [InlineData("Data Source=' '")]
    [InlineData("Data Source=data/")]
    [InlineData("Data Source=FILE:deployments.db")]
    [InlineData("Data Source=|DataDirectory|deployments.db")]
    [InlineData("Filename=:Memory:")]
    public void A_database_that_would_forget_is_refused(string connectionString) =>
        AssertFault(
            Assert.Single(Faults(("ConnectionStrings:Deployments", connectionString))),
            "ConnectionStrings:Deployments",
            "names no file that can be written: use `Data Source=FILE`; the data must survive a restart");

    [Theory]
    [InlineData("Password=a-secret", "has a Password, and this build of SQLite cannot encrypt: take it out; the file is readable by the service's user alone")]
    [InlineData("Cache=Shared", "has Cache=Shared, with which reads and writes lock each other out: take it out")]
    [InlineData("Foreign Keys=False", "switches Foreign Keys off, which the data relies on: take it out")]
    [InlineData("Default Timeout=30", "has a Default Timeout, which does nothing here: take it out and set Database:BusyTimeoutMilliseconds")]
    [InlineData("Command Timeout=30", "has a Default Timeout, which does nothing here: take it out and set Database:BusyTimeoutMilliseconds")]
    [InlineData("Vfs=unix-none", "has a Vfs, and only SQLite's own keeps what was acknowledged: take it out")]
    [InlineData("Host=db;Username=a-secret", "names a server, and Database:Provider is Sqlite: set Database:Provider to PostgreSql, or use `Data Source=FILE`")]
    [InlineData("Mode=Sideways", "is not a connection string of SQLite: use `Data Source=FILE`")]
    [InlineData("Pooling=maybe", "is not a connection string of SQLite: use `Data Source=FILE`")]
    public void What_a_connection_string_cannot_have_is_refused(string part, string rest)
    {
        var fault = Assert.Single(Faults(("ConnectionStrings:Deployments", $"Data Source=deployments.db;{part}")));

        AssertFault(fault, "ConnectionStrings:Deployments", rest);
        Assert.DoesNotContain("a-secret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is missing, and Database:Provider is PostgreSql: use `Host=NAME;Database=NAME;Username=NAME;Password=…`")]
    [InlineData("Data Source=deployments.db", "names a file, and Database:Provider is PostgreSql: use `Host=NAME;Database=NAME;Username=NAME;Password=…`, or set Database:Provider to Sqlite")]
    [InlineData("Host=db;Database=d;Username=u;Password=a-secret;Sideways=1", "is not a connection string of PostgreSQL: use `Host=NAME;Database=NAME;Username=NAME;Password=…`")]
    [InlineData("Host=db;Username=u;Password=a-secret", "names no database: use `Host=NAME;Database=NAME;Username=NAME;Password=…`")]
    [InlineData("Host=db;Database=d;Password=a-secret", "names no user: use `Host=NAME;Database=NAME;Username=NAME;Password=…`")]
    [InlineData("Host=db;Database=d;Username=u;Pooling=false", "switches Pooling off, with which each query would open a connection: take it out")]
    [InlineData("Host=db;Database=d;Username=u;Command Timeout=3", "has a Command Timeout, which does nothing here: take it out and set Database:BusyTimeoutMilliseconds")]
    [InlineData(
        "Host=db;Database=d;Username=u;Target Session Attributes=prefer-standby",
        "has Target Session Attributes with which a standby may answer, and that does not know yet what was acknowledged: take it out; the service finds the primary")]
    public void What_a_connection_string_of_a_server_cannot_have_is_refused(string connectionString, string rest)
    {
        var fault = Assert.Single(Faults(("Database:Provider", "PostgreSql"), ("ConnectionStrings:Deployments", connectionString)));

        AssertFault(fault, "ConnectionStrings:Deployments", rest);
        Assert.DoesNotContain("a-secret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=one,two;Port=5433;Database=d;Username=u;Password=p;Maximum Pool Size=5;SSL Mode=Require;Timeout=1")]
    [InlineData("Server=db;Database=d;User Id=u")]
    public void What_does_no_harm_to_a_server_may_stay(string connectionString) =>
        Assert.Empty(Faults(("Database:Provider", "postgresql"), ("ConnectionStrings:Deployments", connectionString)));

    [Theory]
    [InlineData("Data Source=deployments.db;Mode=ReadWrite;Cache=Private;Foreign Keys=True;Pooling=False;Recursive Triggers=True")]
    [InlineData("DataSource=\"a folder; with signs/deployments.db\"")]
    public void What_does_no_harm_may_stay(string connectionString) => Assert.Empty(Faults(("ConnectionStrings:Deployments", connectionString)));

    [Theory]
    [InlineData("http://256.1.1.1:8004")]
    [InlineData("http://127.0.0.:8004")]
    [InlineData("http://127.0.0..1:8004")]
    [InlineData("http://::1:8004")]
    [InlineData("http://[::1:8004")]
    [InlineData("http://:8004")]
    [InlineData("http://")]
    [InlineData("http://user@127.0.0.1:8004")]
    [InlineData("127.0.0.1:8004")]
    [InlineData("ftp://127.0.0.1:8004")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:port")]
    [InlineData("http://127.0.0.1:8004/below")]
    public void What_is_no_address_is_refused(string url) =>
        Assert.Equal($"urls has '{url}': use an address such as http://127.0.0.1:8004 (environment: ASPNETCORE_URLS)", Assert.Single(Faults(("urls", url))));

    [Theory]
    [InlineData("urls", "http://0.0.0.0:8004")]
    [InlineData("urls", "http://*:8004")]
    [InlineData("urls", "http://+:8004")]
    [InlineData("urls", "http://[::]:8004")]
    [InlineData("urls", "http://192.0.2.1:8004")]
    [InlineData("urls", "http://heat.example:8004")]
    [InlineData("urls", "http://127.0.0.1:8004; http://0.0.0.0:8005")]
    [InlineData("http_ports", "8004")]
    [InlineData("https_ports", "8004")]
    [InlineData("Kestrel:Endpoints:Public:Url", "http://0.0.0.0:8004")]
    public void Without_authentication_no_address_that_others_reach_is_served(string key, string value)
    {
        var fault = Assert.Single(Faults((key, value), ("Authentication:Mode", "None")));

        Assert.StartsWith("Authentication:Mode is None and the service is to listen on http", fault, StringComparison.Ordinal);
        Assert.Contains("listen on 127.0.0.1 or [::1]", fault, StringComparison.Ordinal);
        Assert.Empty(Faults((key, value)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8004")]
    [InlineData("http://127.0.0.2:0")]
    [InlineData("http://localhost:8004")]
    [InlineData("http://[::1]:8004")]
    [InlineData("http://unix:/tmp/service.sock")]
    public void Without_authentication_a_loopback_address_is_served(string url) =>
        Assert.Empty(Faults(("urls", url), ("Authentication:Mode", "None")));

    [Fact]
    public void No_port_can_be_picked_for_two_addresses_at_once() => Assert.Equal(
        "urls has 'http://localhost:0', for which no port can be picked: name a port, or use http://127.0.0.1:0 (environment: ASPNETCORE_URLS)",
        Assert.Single(Faults(("urls", "http://localhost:0"))));

    [Fact]
    public void What_is_no_port_is_refused() =>
        Assert.StartsWith("http_ports has 'http://*:port'", Assert.Single(Faults(("http_ports", "port"))), StringComparison.Ordinal);

    [Fact]
    public void Nothing_has_to_be_set() => Assert.Empty(Faults());

    private static void AssertFault(string fault, string key, string rest) =>
        Assert.Equal($"{key} {rest} (environment: {key.Replace(":", "__", StringComparison.Ordinal)})", fault);

    private static IReadOnlyList<string> Faults(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .Build();
        try
        {
            ServiceSettings.Read(configuration);
            return [];
        }
        catch (SettingsException fault)
        {
            return fault.Faults;
        }
    }
}
