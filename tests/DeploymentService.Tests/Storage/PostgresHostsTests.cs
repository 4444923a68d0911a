using System.Net;
using System.Net.Sockets;
using DeploymentService.Tests.Support;
using Npgsql;

namespace DeploymentService.Tests.Storage;

/// <summary>Several servers in a connection string, of which one is the primary.</summary>
public sealed class PostgresHostsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PostgresFact]
    public async Task A_host_that_does_not_answer_is_passed_over()
    {
        // As a machine that is paused: it takes connections and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var server = new NpgsqlConnectionStringBuilder(_folder.Database.Settings["ConnectionStrings:Deployments"]);
        server.Host = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port},127.0.0.1:{server.Port}";
        await using var app = new ServiceApp(new() { ["ConnectionStrings:Deployments"] = server.ConnectionString }, _folder.Name);
        var project = new Project(app);

        var id = await project.DeploymentAsync();

        Assert.Equal(200, (await project.SendAsync("GET", $"software_deployments/{id}")).Status);
    }

    [PostgresFact]
    public async Task A_server_of_this_machine_is_reached_through_its_socket()
    {
        var server = new NpgsqlConnectionStringBuilder(_folder.Database.Settings["ConnectionStrings:Deployments"])
        {
            Host = _folder.Database.Query("SHOW unix_socket_directories", row => row.GetString(0)).Single(),
        };
        await using var app = new ServiceApp(new() { ["ConnectionStrings:Deployments"] = server.ConnectionString }, _folder.Name);
        var project = new Project(app);

        var id = await project.DeploymentAsync();

        Assert.Equal(200, (await project.SendAsync("GET", $"software_deployments/{id}")).Status);
    }
}
