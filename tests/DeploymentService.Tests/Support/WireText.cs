using System.Text.Json;

namespace DeploymentService.Tests.Support;

/// <summary>Reads answers without changing them: what a client sent is compared as text, to the byte.</summary>
public static class WireText
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>The text of a value, as it stands in the answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="path">Names and numbers on the way to the value.</param>
    public static string Raw(this Answer answer, params object[] path)
    {
        using var document = JsonDocument.Parse(answer.Text, Deep);
        var element = document.RootElement;
        foreach (var step in path)
        {
            element = step is int index ? element[index] : element.GetProperty((string)step);
        }

        return element.GetRawText();
    }

    /// <summary>A string of the answer, unescaped.</summary>
    public static string? String(this Answer answer, params object[] path) => JsonSerializer.Deserialize<string?>(answer.Raw(path));

    /// <summary>A string as a JSON text.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text);
}
