using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth.Sessions;

/// <summary>A token or a session as Keystone v3 describes one. The secret is in the header <c>X-Subject-Token</c>.</summary>
/// <param name="Status">201 for a new session, 200 for one that was looked up.</param>
/// <param name="Secret">The secret that is described.</param>
/// <param name="Shown">The token or session.</param>
/// <param name="Root">The token that the session was signed in with, or the token itself: the user.</param>
/// <param name="Method">How it was got.</param>
/// <param name="EndWithout">The end to name when the token has none: Keystone's clients expect one.</param>
[Sends("X-Subject-Token")]
public sealed record TokenResult(int Status, string Secret, AccessToken Shown, AccessToken Root, string Method, DateTime EndWithout) : IResult
{
    private static readonly string[] Interfaces = ["public", "internal", "admin"];

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers["X-Subject-Token"] = Secret;
        httpContext.Response.Headers.Vary = "X-Auth-Token";
        var address = httpContext.Request.Query.ContainsKey("nocatalog") ? null : PublicAddress.Of(httpContext);
        var region = httpContext.RequestServices.GetRequiredService<AuthenticationOptions>().Region;
        return JsonResponseWriter.WriteAsync(
            httpContext, Status, (answer: this, address, region), static (writer, state) => state.answer.Write(writer, state.address, state.region));
    }

    private void Write(Utf8JsonWriter writer, string? address, string region)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("token");
        writer.WriteStartArray("methods");
        writer.WriteStringValue(Method);
        writer.WriteEndArray();
        writer.WriteStartArray("audit_ids");
        writer.WriteStringValue(Base64Url.EncodeToString(Guid.Parse(Shown.Id).ToByteArray()));
        writer.WriteEndArray();
        writer.WriteString("issued_at", Time(Shown.CreationTime));
        writer.WriteString("expires_at", Time(Shown.ExpiryTime ?? EndWithout));

        writer.WriteStartObject("user");
        WriteName(writer, Root.Id, Root.Name);
        writer.WriteNull("password_expires_at");
        WriteDomain(writer);
        writer.WriteEndObject();

        writer.WriteBoolean("is_domain", false);
        writer.WriteStartObject("project");
        WriteName(writer, Shown.ProjectId, Shown.ProjectId);
        WriteDomain(writer);
        writer.WriteEndObject();

        var role = JsonNamingPolicy.SnakeCaseLower.ConvertName(Shown.Role.ToString());
        writer.WriteStartArray("roles");
        writer.WriteStartObject();
        WriteName(writer, role, role);
        writer.WriteEndObject();
        writer.WriteEndArray();

        if (address is not null)
        {
            WriteCatalog(writer, $"{address}/v1/{Shown.ProjectId}", region);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCatalog(Utf8JsonWriter writer, string url, string region)
    {
        writer.WriteStartArray("catalog");
        writer.WriteStartObject();
        writer.WriteString("type", "orchestration");
        WriteName(writer, "orchestration", "heat");
        writer.WriteStartArray("endpoints");
        foreach (var name in Interfaces)
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"orchestration-{name}");
            writer.WriteString("interface", name);
            writer.WriteString("region", region);
            writer.WriteString("region_id", region);
            writer.WriteString("url", url);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteDomain(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("domain");
        WriteName(writer, "default", "Default");
        writer.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter writer, string id, string name)
    {
        writer.WriteString("id", id);
        writer.WriteString("name", name);
    }

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
