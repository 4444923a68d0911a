namespace DeploymentService.Http;

/// <summary>Paths of projects, whether anything is there or not.</summary>
public static class ProjectPath
{
    /// <summary>What stands where a project's id belongs, behind <c>/v1/</c>; null for a path of no project.</summary>
    public static string? IdOf(PathString path)
    {
        if (!path.StartsWithSegments("/v1", out var rest) || rest.Value is not { Length: > 1 } text)
        {
            return null;
        }

        var end = text.IndexOf('/', 1);
        return end < 0 ? text[1..] : text[1..end];
    }

    /// <summary>True of a path of a project that can be, where nobody gets an answer without a token.</summary>
    public static bool IsOfProject(PathString path) => IdOf(path) is { } id && ProjectIdConstraint.Allows(id);
}
