using System.Globalization;
using DeploymentService.Settings;

namespace DeploymentService.Observability;

/// <summary>
/// What is measured, and where to it goes. The settings of OTLP are OpenTelemetry's own, by their standard names; its packages read them, and here they are only
/// checked, because a package would pass over what it does not understand.
/// </summary>
public sealed record TelemetryOptions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string AddressKey = "Metrics:Address";

    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    /// <summary><c>Metrics:Enabled</c>: <c>GET /metrics</c> for admins, in the text format of Prometheus. Default false.</summary>
    public required bool ShowsMetrics { get; init; }

    /// <summary><c>Metrics:Address</c>: a further address that answers <c>GET /metrics</c>, without a token, and nothing else. Default: none.</summary>
    public required string? Address { get; init; }

    /// <summary>True when metrics are sent by OTLP: there is an endpoint, and <c>OTEL_METRICS_EXPORTER</c> is not <c>none</c>.</summary>
    public required bool SendsMetrics { get; init; }

    /// <summary>True when traces are sent by OTLP: there is an endpoint, and <c>OTEL_TRACES_EXPORTER</c> is not <c>none</c>.</summary>
    public required bool SendsTraces { get; init; }

    /// <summary>True when anything at all is asked for. Otherwise nothing of OpenTelemetry is loaded.</summary>
    public bool IsOn => ShowsMetrics || SendsMetrics || SendsTraces;

    /// <summary>The port of <see cref="Address"/>.</summary>
    public int? Port => Address is null ? null : BindingAddress.Parse(Address).Port;

    /// <summary>Reads the settings and reports what is wrong with them.</summary>
    public static TelemetryOptions Read(SettingsReader settings)
    {
        var endpoint = settings.TextOrNull(Endpoint);
        // Without an endpoint the others are in the environment for somebody else's sake.
        var otlp = endpoint is null ? settings.Unused() : settings;
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            settings.AddError(Endpoint, $"is '{endpoint}'", "use the address of a collector, such as http://127.0.0.1:4317");
            endpoint = null;
        }

        OneOf(otlp, "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf");
        OneOf(otlp, "OTEL_TRACES_SAMPLER", Samplers);
        const string ratio = "OTEL_TRACES_SAMPLER_ARG";
        if (otlp.TextOrNull(ratio) is { } part && !(double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1))
        {
            otlp.AddError(ratio, $"is '{part}'", "use a part from 0 to 1, such as 0.01 for one request of a hundred");
        }

        var sendsMetrics = OneOf(otlp, "OTEL_METRICS_EXPORTER", "otlp", "none") != "none";
        var sendsTraces = OneOf(otlp, "OTEL_TRACES_EXPORTER", "otlp", "none") != "none";
        var showsMetrics = settings.Flag("Metrics:Enabled", false);
        var address = settings.TextOrNull(AddressKey);
        if (address is not null && !showsMetrics)
        {
            settings.AddError(AddressKey, "is set, and Metrics:Enabled is false", "set Metrics:Enabled to true, or take the address out");
        }

        return new()
        {
            ShowsMetrics = showsMetrics,
            Address = address,
            SendsMetrics = endpoint is not null && sendsMetrics,
            SendsTraces = endpoint is not null && sendsTraces,
        };
    }

    private static string? OneOf(SettingsReader settings, string key, params string[] words)
    {
        var value = settings.TextOrNull(key);
        if (value is not null && !words.Contains(value))
        {
            settings.AddError(key, $"is '{value}'", $"use {string.Join(" or ", words)}");
        }

        return value;
    }
}
