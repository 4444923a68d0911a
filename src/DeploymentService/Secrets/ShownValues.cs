using DeploymentService.Http;

namespace DeploymentService.Secrets;

/// <summary>Which input and output values an answer has.</summary>
public enum ShownValues
{
    /// <summary>Those that the caller may see.</summary>
    All,

    /// <summary>None: they can be megabytes.</summary>
    None,

    /// <summary>Those that a reader may see, whoever asks: for what is put on a screen.</summary>
    Masked,
}

/// <summary>Reads <see cref="ShownValues"/>.</summary>
public static class ShownValue
{
    /// <summary>The parameter.</summary>
    public const string Parameter = "values";

    private static readonly Dictionary<string, ShownValues> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["true"] = ShownValues.All,
        ["false"] = ShownValues.None,
        ["masked"] = ShownValues.Masked,
    };

    /// <summary>Reads the parameter; all of them where there is none.</summary>
    public static ShownValues Read(QueryFields query) => query.Choice(Parameter, Words, ShownValues.All);
}
