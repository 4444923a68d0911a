using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeploymentService.Json;

namespace DeploymentService.Http;

/// <summary>How the answers' types become JSON: snake_case names, JSON values as they were sent, times as <see cref="ApiOptions"/> says.</summary>
public sealed class WireJson
{
    /// <summary>Makes the options for one way to write times.</summary>
    /// <param name="api">The settings.</param>
    /// <param name="addTypes">Adds the types of the answers.</param>
    public WireJson(ApiOptions api, Action<JsonSerializerOptions> addTypes)
    {
        Options = new JsonSerializerOptions();
        Configure(Options, api, addTypes);
    }

    /// <summary>The options; read-only after their first use.</summary>
    public JsonSerializerOptions Options { get; }

    /// <summary>Writes a value of one of the types of the answers.</summary>
    public void Write<T>(Utf8JsonWriter writer, T value) =>
        JsonSerializer.Serialize(writer, value, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    /// <summary>Sets options up; the framework's own, which the OpenAPI document is made from, get the same.</summary>
    public static void Configure(JsonSerializerOptions options, ApiOptions api, Action<JsonSerializerOptions> addTypes)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        addTypes(options);
        options.Converters.Add(new JsonTextConverter());
        options.Converters.Add(new TimestampConverter(api.TimestampSuffix));
    }

    private sealed class JsonTextConverter : JsonConverter<JsonText>
    {
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Bodies are read by JsonFields.");

        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
            ResponseBuffer.Write(writer, value);
    }

    /// <summary>UTC, whole seconds, with the suffix that the setting names.</summary>
    private sealed class TimestampConverter(TimestampSuffix suffix) : JsonConverter<DateTime>
    {
        private readonly string _format = "yyyy-MM-ddTHH:mm:ss" + suffix switch
        {
            TimestampSuffix.Z => "Z",
            TimestampSuffix.Offset => "+00:00",
            _ => "",
        };

        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Bodies are read by JsonFields.");

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
        {
            Span<char> text = stackalloc char[32];
            value.TryFormat(text, out var length, _format, System.Globalization.CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..length]);
        }
    }
}
