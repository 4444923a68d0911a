using DeploymentService.Json;

namespace DeploymentService.Benchmarks.Hosts;

/// <summary>The body of the documented report, which is what is sent, stored and answered in all measurements.</summary>
public static class Seed
{
    /// <summary>An id where any would do.</summary>
    public const string SampleId = "06e87bcc-33a2-4bce-aebd-533e698282d3";

    /// <summary>The output values, with a place for a number: an update that writes what is there touches no page of the database.</summary>
    public const string OutputsFormat = """
        {"deploy_stdout": "Writing to /tmp/baaaaa\nWritten to /tmp/baaaaa\n", "deploy_stderr": "+ echo Writing to /tmp/baaaaa\n+ echo fooooo\n+ cat /tmp/baaaaa\n+ echo -n The file /tmp/baaaaa contains fooooo for server ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5 during CREATE\n+ echo Written to /tmp/baaaaa\n+ echo Output to stderr\nOutput to stderr\n", "deploy_status_code": 0, "run": @RUN@, "result": "The file /tmp/baaaaa contains fooooo for server ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5 during CREATE"}
        """;

    /// <summary>The whole body, with the same place.</summary>
    public const string BodyFormat = $$"""{"status": "COMPLETE", "output_values": {{OutputsFormat}}, "status_reason": "Outputs received"}""";

    /// <summary>Output values as they are stored.</summary>
    public static JsonText Outputs { get; } = JsonText.Parse(OutputsFormat.Replace("@RUN@", "1", StringComparison.Ordinal));

    /// <summary>Input values as they are stored.</summary>
    public static JsonText Inputs { get; } = JsonText.Parse("""{"foo": "fooooo"}""");
}
