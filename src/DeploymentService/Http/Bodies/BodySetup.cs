namespace DeploymentService.Http.Bodies;

/// <summary>Registers the reading of bodies.</summary>
public static class BodySetup
{
    // What a connection may send ahead of what is read, for example while its request waits: the server's own megabyte, held by every connection, is a gigabyte.
    private const int ReadAhead = 64 * 1024;

    /// <summary>Adds it.</summary>
    public static void AddBodies(this WebApplicationBuilder builder, BodyOptions options)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<BytesInFlight>();
        builder.Services.AddSingleton<BodyReader>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBufferSize = ReadAhead;
            // The service refuses what is too large in Heat's words: the server's own limit stands behind that.
            kestrel.Limits.MaxRequestBodySize = 2L * options.LargestOf(BodyKind.Report);
        });
    }
}
