using FluentValidation;

namespace DeploymentService.Http;

/// <summary>Rules for strings that several bodies share. A message is the end of a sentence that begins with the field's name.</summary>
public static class TextRules
{
    /// <summary>At most that many characters; an emoji is one, as in Heat.</summary>
    public static IRuleBuilderOptions<T, string?> AtMost<T>(this IRuleBuilder<T, string?> rule, int characters) =>
        rule.Must(text => text is null || text.Length <= characters || text.EnumerateRunes().Count() <= characters)
            .WithMessage($"must have at most {characters} characters");

    /// <summary>No control characters.</summary>
    public static IRuleBuilderOptions<T, string?> Printable<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || !text.Any(char.IsControl)).WithMessage("must have printable characters only");
}
