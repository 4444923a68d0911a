namespace DeploymentService.Http;

/// <summary>The address under which clients reach the service; links and the catalogue are made from it.</summary>
public static class PublicAddress
{
    /// <summary>Scheme and host without a slash behind them, such as <c>http://127.0.0.1:8004</c>: those that the client itself used.</summary>
    public static string Of(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";
}
