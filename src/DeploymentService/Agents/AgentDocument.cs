using System.Text.Json;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Json;
using DeploymentService.Storage;

namespace DeploymentService.Agents;

/// <summary>
/// What a server's agent polls: everything that the server has to run. The same rows give the same bytes, so that the agent, which compares, runs
/// its hooks only after a change. It has no validator (ETag, Last-Modified) that would lead an agent to ask for a 304, which it cannot take.
/// </summary>
internal sealed class AgentDocument(RowsById<AgentEntry> entries, AgentUrlClaims address, FetchRecorder fetches, SignedPath signed) : IResult
{
    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // An agent asks twice: with HEAD whether the service is there, and then for the document.
        using var handout = HeadRequests.IsHead(httpContext) ? null : fetches.Begin(address.ProjectId, address.ServerId, Actor.Of(httpContext), mayBeNew: true);
        using var answer = PiecewiseResponse.Begin(httpContext);
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("deployments");
        if (!await AreWrittenAsync(answer, handout, new(httpContext)))
        {
            return;
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteEndObject();
        handout?.Complete();
        await answer.EndAsync();
    }

    private async Task<bool> AreWrittenAsync(PiecewiseResponse answer, FetchRecorder.Handout? handout, Form form)
    {
        while (true)
        {
            var pending = fetches.Pending(address.ProjectId, address.ServerId);
            var next = await entries.NextAsync(PiecewiseResponse.PieceBytes);
            if (next.Count == 0)
            {
                return true;
            }

            foreach (var entry in next.Where(entry => entry.IsHandedOut || pending.Contains(entry.Key)))
            {
                if (entry.IsNew || pending.Contains(entry.Key))
                {
                    handout?.Add(entry.Key);
                }

                Write(answer.Json, entry, form);
                if (!await answer.NextAsync())
                {
                    return false;
                }
            }
        }
    }

    private void Write(Utf8JsonWriter writer, AgentEntry entry, Form form)
    {
        var config = entry.Config;
        var signal = new SignalUrlClaims(config.ProjectId, entry.DeploymentId, entry.Execution, address.Generation);
        writer.WriteStartObject();
        writer.WriteString("id", entry.Name);
        writer.WriteString("name", config.Name ?? "");
        writer.WriteString("group", config.Group);
        // As it was stored, whatever it is: some hooks write a text into a file, others index into an object.
        WriteRaw(writer, "config", config.Config);
        writer.WritePropertyName("inputs");
        AgentInputs.Write(writer, entry, form.PublicAddress + signed.Sign(signal.Path));
        WriteRaw(writer, "outputs", DeclarationDefaults.OfOutputs(config.Outputs));
        WriteRaw(writer, "options", config.Options);
        writer.WritePropertyName("creation_time");
        form.Json.Write(writer, config.CreationTime);
        writer.WriteEndObject();
    }

    /// <summary>What an answer to this request has in each entry.</summary>
    private readonly struct Form(HttpContext http)
    {
        public string PublicAddress { get; } = Http.PublicAddress.Of(http);

        public WireJson Json { get; } = http.RequestServices.GetRequiredService<WireJson>();
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, JsonText json)
    {
        writer.WritePropertyName(name);
        ResponseBuffer.Write(writer, json);
    }
}
