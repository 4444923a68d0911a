using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Quotas;
using DeploymentService.Rollouts;
using DeploymentService.Storage.Model;
using DeploymentService.Webhooks;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Host.OpenApi;

/// <summary>
/// What the types of bodies and answers do not say: which JSON a <see cref="JsonText"/> is, what is always there, how long a text may be.
/// The validators decide; a test sends bodies up to and beyond every limit that stands here.
/// </summary>
internal sealed class WireSchemaFilter(ApiOptions api) : ISchemaFilter
{
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(CreateDeployment)] = ["config_id", "server_id"],
        [typeof(CreateToken)] = ["name", "role"],
        [typeof(CreateRollout)] = ["name"],
        [typeof(CreateWebhook)] = ["name", "url"],
    };

    private static readonly Dictionary<string, int> LongestTexts = new()
    {
        ["name"] = 255,
        ["group"] = 255,
        ["action"] = 255,
        ["server_id"] = 255,
        ["stack_user_project_id"] = 64,
    };

    private static readonly Dictionary<string, (long Least, long Most)> Numbers = new()
    {
        ["expires_in"] = (1, CreateTokenValidator.LongestLife),
        ["timeout"] = (0, CreateDeploymentValidator.LongestTimeout),
        ["pause_seconds"] = (0, CreateRolloutValidator.LongestPause),
        ["max_failures"] = (0, CreateRolloutValidator.MostServers),
        ["max_failure_percent"] = (0, 100),
        ["batch"] = (1, CreateRolloutValidator.MostServers),
    };

    /// <inheritdoc />
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema described)
        {
            return;
        }

        if (context.MemberInfo is { } member)
        {
            DescribeProperty(described, member, context);
        }
        else if (described.Properties is { Count: > 0 } properties)
        {
            described.AdditionalPropertiesAllowed = context.Type != typeof(InputDeclaration) && context.Type != typeof(OutputDeclaration);
            if (context.Type.IsSubclassOf(typeof(JsonRequest)))
            {
                DescribeRequest(described, properties, context.Type);
            }
            else
            {
                RequireAllOfConstructor(described, properties, context.Type);
            }
        }
        else if (context.Type == typeof(Role))
        {
            // A caller that Keystone knows may have the last of them; no token has it.
            BecomeOneOf(described, [.. TokenRoles.Words, "stack_user"]);
        }
        else if (context.Type.GetCustomAttribute<BodyAttribute>() is not null)
        {
            BecomeFreeObject(described);
        }
    }

    /// <summary>An object with any members. An empty schema for them, because generators take an object without one for an object that is always empty.</summary>
    public static OpenApiSchema BecomeFreeObject(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object | ((schema.Type ?? default) & JsonSchemaType.Null);
        schema.AdditionalProperties = new OpenApiSchema();
        return schema;
    }

    private void DescribeProperty(OpenApiSchema schema, MemberInfo member, SchemaFilterContext context)
    {
        switch (member.Name)
        {
            case "Config" or "Options" or "Default" or "Value" when IsJson(member):
                // Without a type, which is any value, null too.
                schema.Type = null;
                schema.AdditionalProperties = null;
                break;
            case "Inputs" when IsJson(member):
                BecomeList(schema, typeof(InputDeclaration), context);
                break;
            case "Outputs" when IsJson(member):
                BecomeList(schema, typeof(OutputDeclaration), context);
                break;
            case "WaitingForParts":
                schema.Example = JsonNode.Parse("""
                    [{"code": "never_fetched", "time": null, "detail": "never fetched by the agent: the server has never asked"},
                    {"code": "unknown_group", "time": null, "detail": "no stock hook serves the group 'scirpt': the nearest is 'script'"}]
                    """);
                break;
        }

        if (member.GetCustomAttribute<OneOfAttribute>() is { } oneOf)
        {
            BecomeOneOf(schema.Items as OpenApiSchema ?? schema, oneOf.Words);
        }

        if (member.GetCustomAttribute<AlsoAsTextAttribute>() is not null)
        {
            BecomeFlagOrText(schema);
        }

        if (schema.Format == "date-time" && api.TimestampSuffix == TimestampSuffix.None)
        {
            // Without a zone it is no date-time of RFC 3339, and clients that read it as one would take it for local time.
            schema.Format = null;
            schema.Pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$";
        }

        // Left out rather than null.
        if (member.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.WhenWritingNull)
        {
            schema.Type &= ~JsonSchemaType.Null;
        }
    }

    private static bool IsJson(MemberInfo member) => member is PropertyInfo { PropertyType: var type } && type == typeof(JsonText);

    private static void DescribeRequest(OpenApiSchema schema, IDictionary<string, IOpenApiSchema> properties, Type type)
    {
        schema.Required = new HashSet<string>(Required.GetValueOrDefault(type, []));
        foreach (var (name, property) in properties)
        {
            if (property is not OpenApiSchema described)
            {
                // A type of its own, which describes itself.
                continue;
            }

            if (LongestTexts.TryGetValue(name, out var longest))
            {
                described.MaxLength = longest;
            }

            if (type == typeof(UpdateQuotas) || Numbers.ContainsKey(name))
            {
                var limits = type == typeof(UpdateQuotas) ? (Least: 0, Most: QuotasOptions.Most) : Numbers[name];
                described.Minimum = limits.Least.ToString(CultureInfo.InvariantCulture);
                described.Maximum = limits.Most.ToString(CultureInfo.InvariantCulture);
            }

            if (schema.Required.Contains(name))
            {
                described.MinLength = described.Enum is null ? 1 : null;
                described.Type &= ~JsonSchemaType.Null;
                described.Enum?.Remove(JsonNullSentinel.JsonNull);
            }
        }
    }

    /// <summary>What the constructor of an answer's type takes is always there, and null where it has no value.</summary>
    private static void RequireAllOfConstructor(OpenApiSchema schema, IDictionary<string, IOpenApiSchema> properties, Type type)
    {
        var names = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!));
        foreach (var name in names.Where(properties.ContainsKey))
        {
            (schema.Required ??= new HashSet<string>()).Add(name);
        }
    }

    private static void BecomeList(OpenApiSchema schema, Type declaration, SchemaFilterContext context)
    {
        schema.Type = JsonSchemaType.Array | ((schema.Type ?? default) & JsonSchemaType.Null);
        schema.AdditionalProperties = null;
        schema.Items = context.SchemaGenerator.GenerateSchema(declaration, context.SchemaRepository);
    }

    private static void BecomeOneOf(OpenApiSchema schema, IEnumerable<string> words)
    {
        schema.Enum = [.. words.Select(word => JsonValue.Create(word))];
        if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
        {
            schema.Enum.Add(JsonNullSentinel.JsonNull);
        }
    }

    private static void BecomeFlagOrText(OpenApiSchema schema)
    {
        // Null with the text: of a choice whose first part may be null NSwag takes the other part alone.
        schema.Type = null;
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.Boolean },
            new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Pattern = "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$" },
        ];
    }
}
