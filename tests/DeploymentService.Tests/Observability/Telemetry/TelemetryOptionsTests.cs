using DeploymentService.Host;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Observability.Telemetry;

/// <summary>The settings of metrics and traces are checked at start: what a package does not understand it passes over.</summary>
public sealed class TelemetryOptionsTests
{
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317";

    [Theory]
    [InlineData("Metrics:Enabled is 'yes': use true or false", "Metrics:Enabled=yes")]
    [InlineData("Metrics:Address is set, and Metrics:Enabled is false: set Metrics:Enabled to true", "Metrics:Address=http://127.0.0.1:9464")]
    [InlineData("Metrics:Address is '127.0.0.1:9464': use an address with a port", "Metrics:Enabled=true", "Metrics:Address=127.0.0.1:9464")]
    [InlineData("Metrics:Address is 'http://127.0.0.1:0': use an address with a port", "Metrics:Enabled=true", "Metrics:Address=http://127.0.0.1:0")]
    [InlineData("Metrics:Address is 'http://unix:/tmp/m': use an address with a port", "Metrics:Enabled=true", "Metrics:Address=http://unix:/tmp/m")]
    [InlineData("and the service itself listens on that port: choose another port", "Metrics:Enabled=true", "Metrics:Address=http://127.0.0.2:8004", "urls=http://127.0.0.1:8004")]
    [InlineData("and Authentication:Mode is None: listen on 127.0.0.1", "Metrics:Enabled=true", "Metrics:Address=http://0.0.0.0:9464", "Authentication:Mode=None")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317': use the address of a collector", "OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json': use grpc or http/protobuf", Otlp, "OTEL_EXPORTER_OTLP_PROTOCOL=http/json")]
    [InlineData("OTEL_TRACES_SAMPLER is 'sometimes': use always_on or", Otlp, "OTEL_TRACES_SAMPLER=sometimes")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG is '2': use a part from 0 to 1", Otlp, "OTEL_TRACES_SAMPLER_ARG=2")]
    [InlineData("OTEL_TRACES_EXPORTER is 'zipkin': use otlp or none", Otlp, "OTEL_TRACES_EXPORTER=zipkin")]
    public void What_does_not_fit_is_refused(string sentence, params string[] settings) =>
        Assert.Contains(sentence, Assert.Single(Assert.Throws<SettingsException>(() => Read(settings)).Message.Split('\n')[1..]), StringComparison.Ordinal);

    [Theory]
    [InlineData(false, false, "OTEL_TRACES_SAMPLER=of-another-program")]
    [InlineData(true, true, Otlp)]
    [InlineData(true, false, Otlp, "OTEL_TRACES_EXPORTER=none")]
    [InlineData(false, true, Otlp, "OTEL_METRICS_EXPORTER=none")]
    public void What_is_sent_is_up_to_the_standard_variables(bool sendsMetrics, bool sendsTraces, params string[] settings)
    {
        var read = Read(settings).Telemetry;

        Assert.Equal((sendsMetrics, sendsTraces, sendsMetrics || sendsTraces), (read.SendsMetrics, read.SendsTraces, read.IsOn));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8004;http://127.0.0.1:9464", "urls=http://127.0.0.1:8004")]
    [InlineData("http://*:80;http://*:81;http://127.0.0.1:9464", "http_ports=80;81")]
    [InlineData("http://127.0.0.1:1;http://127.0.0.1:9464", "Kestrel:Endpoints:A:Url=http://127.0.0.1:1", "urls=http://127.0.0.1:2")]
    [InlineData("http://127.0.0.1:1;http://127.0.0.1:9464", "Kestrel:Endpoints:Metrics:Url=http://127.0.0.1:1")]
    public void A_further_address_joins_those_in_force(string inForce, params string[] settings)
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(Pairs(settings));

        ListenAddresses.Add(configuration, "http://127.0.0.1:9464");

        Assert.Equal(inForce.Split(';'), ListenAddresses.InForce(configuration));
    }

    private static ServiceSettings Read(string[] settings) => ServiceSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(Pairs(settings)).Build());

    private static IEnumerable<KeyValuePair<string, string?>> Pairs(string[] settings) =>
        settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create<string, string?>(pair[0], pair[1]));
}
