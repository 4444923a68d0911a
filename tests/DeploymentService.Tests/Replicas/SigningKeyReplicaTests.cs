using DeploymentService.CommandLine;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Replicas;

/// <summary>Signing keys of replicas that share a database: one set for all, and a rotation while they run.</summary>
public sealed class SigningKeyReplicaTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ObservedReader _reader = new();

    public void Dispose()
    {
        _reader.Free();
        _folder.Dispose();
    }

    [PostgresFact]
    public async Task Three_first_starts_at_once_make_one_key_and_one_token()
    {
        var apps = Enumerable.Range(0, 3).Select(_ => new ServiceApp(folder: _folder.Name)).ToList();
        try
        {
            await Task.WhenAll(apps.Select(app => Task.Run(app.StartServer)));

            Assert.Equal(1, apps[0].Database.Number("SELECT count(*) FROM signing_keys"));
            Assert.Equal(1, apps[0].Database.Number("SELECT count(*) FROM access_tokens"));
            var paths = await Task.WhenAll(apps.Select(PathAsync));
            Assert.Single(paths.Distinct());
            foreach (var app in apps)
            {
                Assert.Equal(200, await PollAsync(app, paths[0]));
            }
        }
        finally
        {
            foreach (var app in apps)
            {
                await app.DisposeAsync();
            }
        }
    }

    [PostgresFact]
    public async Task After_a_rotation_no_replica_meets_an_address_that_it_does_not_know()
    {
        await using var one = Start();
        // It hears of nothing, and strangers keep it looking for keys.
        await using var deaf = Start(_reader.Install);
        var old = await PathAsync(one);
        Assert.Equal(200, await PollAsync(deaf, old));
        _reader.Stick();
        var forged = old[..^1] + (old[^1] == 'A' ? 'B' : 'A');

        using var output = new StringWriter();
        var rotating = Task.Run(() => RotateAsync(output));
        string made;
        do
        {
            Assert.Equal(404, await PollAsync(deaf, forged));
            made = await PathAsync(one);
            Assert.Equal(200, await PollAsync(deaf, made));
        }
        while (made == old);

        Assert.Equal(0, await rotating);
        Assert.Contains("Replicas that run use it after some seconds; the old one is accepted for 30 days", $"{output}", StringComparison.Ordinal);
        Assert.Equal(200, await PollAsync(deaf, old));
        Assert.Equal(200, await PollAsync(one, old));
        await using var late = Start();
        Assert.Equal(made, await PathAsync(late));
    }

    [PostgresFact]
    public async Task An_unknown_signature_looks_for_keys_once_a_second()
    {
        var time = new FakeTimeProvider();
        await using var app = Start(services =>
        {
            services.AddSingleton<TimeProvider>(time);
            _reader.Install(services);
        });
        var path = await PathAsync(app);
        var forged = path[..^1] + (path[^1] == 'A' ? 'B' : 'A');
        var before = Looks();

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => PollAsync(app, forged))), status => Assert.Equal(404, status));
        Assert.Equal(before + 1, Looks());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(404, await PollAsync(app, forged));
        Assert.Equal(before + 2, Looks());
        Assert.Equal(200, await PollAsync(app, path));

        int Looks() => _reader.Asked("SELECT number, secret, creation_time, until_time FROM signing_keys ORDER BY number DESC");
    }

    [PostgresFact]
    public async Task A_rotation_before_the_first_start_is_refused()
    {
        using var output = new StringWriter();
        Assert.Equal(1, await RotateAsync(output));
        Assert.Contains("There is no key in the database", $"{output}", StringComparison.Ordinal);
        Assert.Equal(0, _folder.Database.Number("SELECT count(*) FROM signing_keys"));
    }

    private ServiceApp Start(Action<IServiceCollection>? replace = null)
    {
        var app = new ServiceApp(folder: _folder.Name, replace: replace);
        app.StartServer();
        return app;
    }

    private Task<int> RotateAsync(TextWriter output) =>
        ProgramCommands.RunAsync(["rotate-signing-key", .. _folder.Database.Arguments], TimeProvider.System, output, output);

    private static async Task<string> PathAsync(ServiceApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/a-project/servers/a-server/agent_url");
        request.Headers.Add("X-Auth-Token", ServiceApp.AdminToken);
        var answer = await app.SendAsync(request);
        Assert.Equal(200, answer.Status);
        return new Uri(answer.Json["agent_url"]!["url"]!.GetValue<string>()).AbsolutePath;
    }

    private static async Task<int> PollAsync(ServiceApp app, string path) => (await new Agent(app, path).PollAsync()).Status;
}
