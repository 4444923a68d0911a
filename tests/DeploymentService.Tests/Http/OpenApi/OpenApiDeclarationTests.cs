using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>Declared inputs and outputs are accepted exactly where they fit what the document says of them, and come back so that they still do.</summary>
public sealed class OpenApiDeclarationTests
{
    private static readonly string[] Probes =
    [
        "null", "true", "false", "1", "1.5", "\"\"", "\"true\"", "\"FALSE\"", "\"yes\"", "\"a text\"", "[]", "[1]", "{}", "{\"a\": 1}",
        "\"String\"", "\"Number\"", "\"CommaDelimitedList\"", "\"Json\"", "\"Boolean\"", "\"string\"",
    ];

    private readonly Project _project = ServiceApp.NewProject();

    public static TheoryData<string, string> Keys
    {
        get
        {
            var keys = new TheoryData<string, string>();
            foreach (var (list, schema) in new[] { ("inputs", "InputDeclaration"), ("outputs", "OutputDeclaration") })
            {
                foreach (var property in ApprovedDocument.Schemas[schema]!["properties"]!.AsObject())
                {
                    keys.Add(list, property.Key);
                }

                keys.Add(list, "unknown");
            }

            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_value_is_refused_exactly_where_the_document_says_so(string list, string key)
    {
        var schema = ApprovedDocument.Schemas[list == "inputs" ? "InputDeclaration" : "OutputDeclaration"]!;
        var surprises = new List<string>();
        foreach (var probe in Probes)
        {
            var declaration = new JsonObject { ["name"] = "a-name" };
            if (key == "default")
            {
                // What fits depends on the type; this one takes any list and any object, and a text that is one.
                declaration["type"] = "Json";
            }

            declaration[key] = JsonNode.Parse(probe);
            var fits = DocumentedSchema.Fits(schema, declaration) && (key != "default" || probe is "null" or "\"\"" or "[]" or "[1]" or "{}" or "{\"a\": 1}");

            var answer = await _project.SendAsync("POST", "software_configs", new JsonObject { [list] = new JsonArray(declaration) }.ToJsonString());

            if (answer.Status != (fits ? 200 : 400))
            {
                surprises.Add($"{declaration.ToJsonString()}: {answer.Status} {answer.Text}");
            }
            else if (fits)
            {
                surprises.AddRange(DocumentedSchema.HasBindingError(ApprovedDocument.Routes["createConfig"].AnswerSchema(200)!, answer.Json));
            }
        }

        Assert.Empty(surprises);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1.50")]
    [InlineData("\"a text\"")]
    [InlineData("[1, \"a\"]")]
    [InlineData("{\"a\": {\"b\": []}}")]
    public async Task A_config_and_its_options_are_any_value(string json)
    {
        var answer = await _project.SendAsync("POST", "software_configs", $$"""{"config": {{json}}, "options": {{json}}}""");

        Assert.Equal(200, answer.Status);
        Assert.Empty(DocumentedSchema.HasBindingError(ApprovedDocument.Routes["createConfig"].AnswerSchema(200)!, answer.Json));
    }
}
