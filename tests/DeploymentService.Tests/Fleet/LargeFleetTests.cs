using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Lists of thousands: they are sent while they are read, and come whole.</summary>
public sealed class LargeFleetTests : IAsyncLifetime, IDisposable
{
    private const int Count = 5000;

    private readonly TempFolder _folder = new();
    private ServiceApp? _app;
    private Project _project = null!;

    public async Task InitializeAsync()
    {
        string id;
        await using (var first = new ServiceApp(folder: _folder.Name))
        {
            id = await StoredFleet.FillAsync(first, Count);
        }

        _app = new ServiceApp(folder: _folder.Name);
        _project = new Project(_app, id);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _app?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Everything_comes_in_every_order()
    {
        var rows = StoredFleet.Rows(_project.App.Database, _project.Id);
        Assert.Equal(Count, rows.Count);

        foreach (var key in FleetOrder.Keys)
        {
            Assert.Equal(FleetOrder.Sorted(rows, key, isDescending: true), await _project.IdsAsync($"?sort_key={key}&sort_dir=desc"));
        }

        Assert.Equal(rows.Where(row => row.Status == "FAILED").Select(row => row.Id), await _project.IdsAsync("?status=FAILED&detail=true&values=false"));
        Assert.Equal(rows.Select(row => row.Id), await _project.IdsAsync());
    }

    [Theory]
    [InlineData("?limit=1700", 1700)]
    [InlineData("?limit=2500&server_id=server-3&", 2500)]
    [InlineData("?limit=499&server_id=server-3", 499)]
    [InlineData("?limit=1700&sort_key=updated_time&sort_dir=desc", 1700)]
    [InlineData("?limit=1000&status=FAILED", 1000)]
    [InlineData("?limit=1001&q=reason", 1001)]
    public async Task A_page_longer_than_one_chunk_has_its_link_in_the_body_and_in_the_header(string query, int limit)
    {
        var all = await _project.IdsAsync(query.Replace($"limit={limit}", "limit=", StringComparison.Ordinal));

        var first = await _project.ListAsync(query);

        Assert.Equal(all.Take(limit), first.Ids());
        Assert.Equal(all.Length > limit, first.NextPage() is not null);
        Assert.Equal(all, await _project.AllPagesAsync(query));
    }

    [Fact]
    public async Task A_list_goes_on_while_what_it_shows_is_deleted()
    {
        var all = await _project.IdsAsync("?sort_dir=desc");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{_project.Id}/software_deployments?sort_dir=desc&detail=true");
        request.Headers.Add("X-Auth-Token", await _project.MemberTokenAsync());
        using var client = _project.App.CreateDefaultClient();

        // The headers are there with the first rows; the rest is read while it is sent.
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await _project.DeleteAsync(all[0]);
        await _project.DeleteAsync(all[^1]);
        await _project.DeleteAsync(all[^2]);
        var answer = new Answer(200, new Dictionary<string, string>(), await response.Content.ReadAsStringAsync());

        var seen = answer.Ids();
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(all[..^2], seen.Except(all[^2..]));
        Assert.Equal(all[1..^2], await _project.IdsAsync("?sort_dir=desc"));
    }
}
