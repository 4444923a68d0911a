namespace DeploymentService.Http.Bodies;

/// <summary>What a body is for, which decides how large it may be.</summary>
public enum BodyKind
{
    /// <summary>A request of the API, by a known caller.</summary>
    Request,

    /// <summary>What an agent reports, who would not send it again in parts.</summary>
    Report,

    /// <summary>A sign-in, by somebody whom nobody knows yet.</summary>
    SignIn,
}
