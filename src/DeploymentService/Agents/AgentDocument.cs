using System.Globalization;
using System.Text.Json;
using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Json;

namespace DeploymentService.Agents;

/// <summary>
/// What a server's agent polls: everything that the server has to run. The same rows give the same bytes, so that the agent, which compares, runs
/// its hooks only after a change. It has no validator (ETag, Last-Modified) that would lead an agent to ask for a 304, which it cannot take.
/// </summary>
internal sealed class AgentDocument(IReadOnlyList<AgentEntry> entries, long generation, SignedPath signed) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => JsonResponseWriter.WriteAsync(
        httpContext,
        StatusCodes.Status200OK,
        (Document: this, Address: PublicAddress.Of(httpContext), Json: httpContext.RequestServices.GetRequiredService<WireJson>()),
        static (writer, state) => state.Document.Write(writer, state.Address, state.Json));

    private void Write(Utf8JsonWriter writer, string publicAddress, WireJson json)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("deployments");
        foreach (var entry in entries)
        {
            var config = entry.Config;
            var signal = new SignalUrlClaims(config.ProjectId, entry.DeploymentId, entry.Execution, generation);
            writer.WriteStartObject();
            // Names the execution: the agent never runs one id twice, and uses it as the name of a file.
            writer.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{entry.DeploymentId}-{entry.Execution}"));
            writer.WriteString("name", config.Name ?? "");
            writer.WriteString("group", config.Group);
            // As it was stored, whatever it is: some hooks write a text into a file, others index into an object.
            WriteRaw(writer, "config", config.Config);
            writer.WritePropertyName("inputs");
            AgentInputs.Write(writer, entry, publicAddress + signed.Sign(signal.Path));
            WriteRaw(writer, "outputs", DeclarationDefaults.OfOutputs(config.Outputs));
            WriteRaw(writer, "options", config.Options);
            writer.WritePropertyName("creation_time");
            json.Write(writer, config.CreationTime);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, JsonText json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json.Utf8.Span, skipInputValidation: true);
    }
}
