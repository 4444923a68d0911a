namespace DeploymentService.Dashboard;

/// <summary>Registers what the operators' page is served with.</summary>
public static class DashboardSetup
{
    /// <summary>Adds the compression of the page's files.</summary>
    public static void AddDashboard(this IServiceCollection services) => services.AddResponseCompression(options =>
    {
        options.MimeTypes = PageFile.ContentTypes;
        // There is no secret in a file of the page whose length could give it away.
        options.EnableForHttps = true;
    });

    /// <summary>
    /// Compresses the files of the page for browsers that say how. Nothing else: an answer of the API has secrets beside what others wrote, and its length,
    /// compressed, would give them away letter by letter.
    /// </summary>
    public static void UseDashboardCompression(this IApplicationBuilder app) => app.UseWhen(
        static http => http.Request.Path.StartsWithSegments(DashboardEndpoints.Path), static page => page.UseResponseCompression());
}
