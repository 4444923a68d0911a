namespace DeploymentService.Storage;

/// <summary>How long a <see cref="Change"/> is taken while the disk of the database gets full.</summary>
public enum SpaceNeed
{
    /// <summary>Always: it frees space, or says who may.</summary>
    None,

    /// <summary>For as long as hardly any is left: reports, and all that is not named here.</summary>
    Usual,

    /// <summary>Not when there is little: it makes something that will grow.</summary>
    Creation,
}
