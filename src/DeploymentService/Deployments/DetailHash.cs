using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Secrets;

namespace DeploymentService.Deployments;

/// <summary>What a tag says of that part of a view that changes without a revision, such as <c>waiting_for</c>.</summary>
internal static class DetailHash
{
    private const int Bytes = 8;

    /// <summary>The hash of a view with its details, as a caller sees it: 16 letters and digits.</summary>
    public static string Of(DeploymentView view, ShownValues values, Caller caller, WireJson json)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartArray();
            // A reader is never told that what a member saw is still good.
            writer.WriteBooleanValue(caller.SeesSecrets);
            writer.WriteNumberValue((int)values);
            // The revision stands for the values, which can be megabytes.
            json.Write(writer, view with { InputValues = null, OutputValues = null });
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(text.WrittenSpan).AsSpan(0, Bytes));
    }
}
