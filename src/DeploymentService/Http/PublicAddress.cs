namespace DeploymentService.Http;

/// <summary>The address under which clients reach the service; links and the catalogue are made from it.</summary>
public static class PublicAddress
{
    /// <summary>Without a slash behind it, such as <c>http://127.0.0.1:8004</c>: that of the setting <c>PublicUrl</c>, or else the one that the client itself used.</summary>
    public static string Of(HttpContext http) =>
        http.RequestServices.GetRequiredService<ApiOptions>().PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
}
