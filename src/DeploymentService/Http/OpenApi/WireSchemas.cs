using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Data;
using DeploymentService.Deployments;
using DeploymentService.Discovery;
using DeploymentService.Fleet;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Http.OpenApi;

/// <summary>
/// What the types of bodies and answers do not say: which JSON a <see cref="JsonText"/> is, what a request must have, how long a text may be.
/// The validators decide; a test sends bodies up to and beyond every limit that stands here.
/// </summary>
internal sealed class WireSchemas : ISchemaFilter
{
    private static readonly string[] DeclaredTypes = ["String", "Number", "CommaDelimitedList", "Json", "Boolean"];

    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(CreateDeployment)] = ["config_id", "server_id"],
        [typeof(CreateToken)] = ["name", "role"],
    };

    private static readonly Dictionary<string, int> LongestTexts = new()
    {
        ["name"] = 255,
        ["group"] = 255,
        ["action"] = 255,
        ["server_id"] = 255,
        ["stack_user_project_id"] = 64,
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
        }
        else if (context.Type == typeof(Role))
        {
            BecomeOneOf(described, TokenRoles.Words);
        }
        else if (context.Type == typeof(AnyTemplate) || context.Type == typeof(SignalBody))
        {
            described.AdditionalPropertiesAllowed = true;
        }
    }

    private static void DescribeProperty(OpenApiSchema schema, MemberInfo member, SchemaFilterContext context)
    {
        switch (member.Name)
        {
            case "Config" or "Options" or "Default" or "Value" when IsJson(member):
                // Without a type, which is any value, null too.
                schema.Type = null;
                break;
            case "Inputs":
                BecomeList(schema, typeof(InputDeclaration), context);
                break;
            case "Outputs":
                BecomeList(schema, typeof(OutputDeclaration), context);
                break;
            case "Status" when member.DeclaringType != typeof(ApiVersion):
                BecomeOneOf(schema, DeploymentStatus.All);
                break;
            case "Type" when member.DeclaringType == typeof(InputDeclaration) || member.DeclaringType == typeof(OutputDeclaration):
                BecomeOneOf(schema, DeclaredTypes);
                break;
            case "Role" when member.DeclaringType == typeof(CreateToken):
                BecomeOneOf(schema, TokenRoles.Words);
                break;
            case "WaitingForParts":
                schema.Example = JsonNode.Parse("""
                    [{"code": "never_fetched", "time": null, "detail": "never fetched by the agent: the server has never asked"},
                    {"code": "unknown_group", "time": null, "detail": "no stock hook serves the group 'scirpt': the nearest is 'script'"}]
                    """);
                break;
            case "Code" when member.DeclaringType == typeof(WaitingPart):
                BecomeOneOf(schema, WaitingCode.All);
                break;
            case "ExpiresIn":
                schema.Minimum = "1";
                schema.Maximum = CreateTokenValidator.LongestLife.ToString(CultureInfo.InvariantCulture);
                break;
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
            var described = (OpenApiSchema)property;
            if (LongestTexts.TryGetValue(name, out var longest))
            {
                described.MaxLength = longest;
            }

            if (schema.Required.Contains(name))
            {
                described.MinLength = described.Enum is null ? 1 : null;
                described.Type &= ~JsonSchemaType.Null;
                described.Enum?.Remove(JsonNullSentinel.JsonNull);
            }
        }
    }

    private static void BecomeList(OpenApiSchema schema, Type declaration, SchemaFilterContext context)
    {
        schema.Type = JsonSchemaType.Array | (schema.Type & JsonSchemaType.Null);
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
}
