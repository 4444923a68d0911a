using System.Globalization;
using System.Text.Json;

namespace DeploymentService.Checker.Service;

/// <summary>What became of a request.</summary>
public sealed record Answer
{
    /// <summary>No answer that says anything: whether it was done is not known.</summary>
    public static Answer Unknown { get; } = new() { Status = 0 };

    /// <summary>The status; 0 when it is not known what became of the request.</summary>
    public required int Status { get; init; }

    /// <summary>The request's id, as in the history.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The revision that the <c>ETag</c> names.</summary>
    public long? Revision { get; init; }

    /// <summary>The body, as JSON.</summary>
    public JsonElement Body { get; init; }

    /// <summary>True of 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>True when it is not known what became of the request.</summary>
    public bool IsUnknown => Status == 0;

    /// <summary>The deployment in the body.</summary>
    public JsonElement Deployment => Body.GetProperty("software_deployment");

    /// <summary>Reads an answer.</summary>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        var isJson = bytes.Length > 0 && response.Content.Headers.ContentType?.MediaType == "application/json";
        return new()
        {
            Status = (int)response.StatusCode,
            RequestId = response.Headers.TryGetValues("X-OpenStack-Request-Id", out var ids) ? ids.First() : "",
            Revision = response.Headers.ETag is { } tag && long.TryParse(tag.Tag.Trim('"').Split('.')[0], CultureInfo.InvariantCulture, out var revision) ? revision : null,
            Body = isJson ? JsonDocument.Parse(bytes).RootElement : default,
        };
    }
}
