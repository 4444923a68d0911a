using System.Text;
using DeploymentService.Host;
using DeploymentService.Settings;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Host;

/// <summary>A setting that nothing reads is misspelt, and ends the start; what belongs to others is none of the service's business.</summary>
public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("--Api:TimestmpSuffix", "did you mean --Api:TimestampSuffix?")]
    [InlineData("--api:timestmpsuffix", "did you mean --Api:TimestampSuffix?")]
    [InlineData("--Apii:TimestampSuffix", "did you mean --Api:TimestampSuffix?")]
    [InlineData("--Apii:X", "the settings of Api are Api:LargestBodyBytes, Api:TimestampSuffix")]
    [InlineData("--Database:SignIn", "did you mean --Authentication:SignIn?")]
    [InlineData("--Keystone:Passwort", "did you mean --Keystone:Password?")]
    [InlineData("--Logging:Levle", "did you mean --Logging:Level?")]
    [InlineData("--ConnectionStrings:Deployment", "did you mean --ConnectionStrings:Deployments?")]
    [InlineData("--Deadlines:Foo", "the settings of Deadlines are Deadlines:OverdueSeconds, Deadlines:TimeoutSeconds")]
    [InlineData("--Agents:SigningKey:0", "did you mean --Agents:SigningKey?")]
    [InlineData("--PublicUri", "did you mean --PublicUrl?")]
    [InlineData("--url", "did you mean --urls?")]
    [InlineData("--hepl", "did you mean --help?")]
    [InlineData("--Api", "the settings of Api are Api:LargestBodyBytes, Api:TimestampSuffix")]
    [InlineData("--Nonsense:Of:All:Kinds", "`DeploymentService --help` lists all")]
    public void On_the_command_line_everything_must_be_known(string argument, string repair) =>
        Assert.Equal([$"{argument} is no setting of this service: {repair}"], Faults(new ConfigurationBuilder().AddCommandLine([argument, "a-value"])));

    [Theory]
    [InlineData("--Logging:LogLevel:Default", "Debug")]
    [InlineData("--Kestrel:Endpoints:Main:Url", "http://127.0.0.1:1")]
    [InlineData("--Kestrel:Limits:Whatever", "1")]
    [InlineData("--AllowedHosts", "*")]
    [InlineData("--environment", "Development")]
    [InlineData("--contentRoot", "somewhere")]
    [InlineData("--http_ports", "8080")]
    [InlineData("--Keystone:AuthUrl", "no address, and not read in this mode")]
    [InlineData("--KEYSTONE:CACHESECONDS", "never")]
    [InlineData("--Api", "")]
    public void What_the_host_reads_and_what_another_mode_reads_is_known(string argument, string value) =>
        Assert.Empty(Faults(new ConfigurationBuilder().AddCommandLine([argument, value])));

    [Theory]
    [InlineData("""{"Api": {"TimestmpSuffix": "Z"}}""", "Api:TimestmpSuffix is no setting of this service: did you mean Api:TimestampSuffix? (environment: Api__TimestmpSuffix)")]
    [InlineData("""{"Api": "Z"}""", "Api is no setting of this service: the settings of Api are Api:LargestBodyBytes, Api:TimestampSuffix (environment: Api)")]
    [InlineData("""{"Apii": {"X": 1}}""", "Apii:X is no setting of this service: the settings of Api are Api:LargestBodyBytes, Api:TimestampSuffix (environment: Apii__X)")]
    [InlineData("""{"PublicUri": "http://x"}""", "PublicUri is no setting of this service: did you mean PublicUrl? (environment: PublicUri)")]
    [InlineData("""{"Agents": {"SigningKey": ["a"]}}""", "Agents:SigningKey:0 is no setting of this service: did you mean Agents:SigningKey? (environment: Agents__SigningKey__0)")]
    public void In_a_file_the_services_sections_must_be_known(string json, string fault) => Assert.Equal([fault], Faults(Json(json)));

    [Theory]
    [InlineData("""{"Serilog": {"MinimumLevel": "Debug"}, "Logging": {"LogLevel": {"Default": "Debug"}, "Console": {"FormatterName": "json"}}, "Kestrel": {"AddServerHeader": false}}""")]
    [InlineData("""{"AllowedHosts": "*", "Something": "else", "Api": {"TimestampSuffix": "none"}, "Keystone": {}, "Agents": null}""")]
    public void In_a_file_others_have_their_sections(string json) => Assert.Empty(Faults(Json(json)));

    [Fact]
    public void All_are_told_at_once_and_no_value_is()
    {
        var faults = Faults(new ConfigurationBuilder().AddCommandLine(
            ["--Authentication:BootstrapTokn", "my-secret", "--Keystone:Pasword=my-secret", "--Writing:QueueCapacity", "0"]));

        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.Contains("my-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_the_environment_only_the_services_sections_count()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("appsettings.json"), """{"Servers": {"SilentSecond": 1}}""");
        await using var refused = ServiceProcess.Start(
            folder.Name, environment: [("Api__TimestmpSuffix", "none"), ("KEYSTONE__PASWORD", "my-secret"), ("Logging:Levl", "Debug"), ("Deadlines__", "1")]);

        Assert.Equal(1, await refused.ExitCodeAsync());
        Assert.Equal(6, refused.Errors.Split('\n').Length);
        Assert.Contains("Api:TimestmpSuffix is no setting of this service: did you mean Api:TimestampSuffix? (environment: Api__TimestmpSuffix)", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean Keystone:Password?", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean Logging:Level?", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean Servers:SilentSeconds?", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(["appsettings.json"], Directory.GetFileSystemEntries(folder.Name).Select(entry => Path.GetFileName(entry)));
    }

    [Fact]
    public async Task Variables_of_others_pass()
    {
        using var folder = new TempFolder();
        await using var service = await ServiceProcess.StartedAsync(folder.Name, environment:
        [
            ("API", "http://127.0.0.1/v1/demo"), ("AGENTS", "7"), ("Keystone", "a-host"), ("KEYSTONE_PORT_5000_TCP", "tcp://x"), ("Apis__Url", "x"), ("SOMETHING__ELSE", "x"),
            ("DOTNET_Something", "x"), ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"), ("ASPNETCORE_Something__Else", "x"), ("Logging__LogLevel__Default", "Debug"),
            ("Kestrel__Limits__X", "1"), ("AllowedHosts", "*"), ("Api__TimestmpSuffix", ""),
            ("SQLCONNSTR_Other", "x"), ("CUSTOMCONNSTR_Other2", "x"), ("MYSQLCONNSTR_Other3", "x"),
        ]);

        Assert.NotNull(await service.AddressAsync());
    }

    [Fact]
    public async Task A_settings_file_that_is_no_json_is_named_in_a_sentence()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("appsettings.json"), "{");
        await using var service = ServiceProcess.Start(folder.Name);

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Contains(folder.At("appsettings.json"), service.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Errors, StringComparison.Ordinal);
    }

    private static IConfigurationBuilder Json(string json) => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static IReadOnlyList<string> Faults(IConfigurationBuilder configuration)
    {
        try
        {
            ServiceSettings.Read(configuration.Build());
            return [];
        }
        catch (SettingsException fault)
        {
            return fault.Faults;
        }
    }
}
