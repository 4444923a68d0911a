using FluentValidation;

namespace DeploymentService.Http;

/// <summary>Rules for strings that several bodies share. A message is the end of a sentence that begins with the field's name.</summary>
public static class TextRules
{
    /// <summary>At most that many characters; an emoji is one, as in Heat.</summary>
    public static IRuleBuilderOptions<T, string?> AtMost<T>(this IRuleBuilder<T, string?> rule, int characters) =>
        rule.Must(text => text is null || text.Length <= characters || text.EnumerateRunes().Count() <= characters)
            .WithMessage($"must have at most {characters} characters");

    /// <summary>At least one character, and be it a space: what a client names its servers is its own affair.</summary>
    public static IRuleBuilderOptions<T, string?> Required<T>(this IRuleBuilder<T, string?> rule, string what) =>
        rule.Must(text => !string.IsNullOrEmpty(text)).WithMessage($"is required: {what}");

    /// <summary>No control characters, and none of the two that only end a line.</summary>
    public static IRuleBuilderOptions<T, string?> Printable<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || !text.Any(character => char.IsControl(character) || character is '\u2028' or '\u2029'))
            .WithMessage("must have printable characters only");
}
