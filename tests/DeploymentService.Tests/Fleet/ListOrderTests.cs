using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>The orders of a list, against a plain model over deployments at random.</summary>
public sealed class ListOrderTests
{
    private static readonly string?[] Words = [null, "", "a", "A", "b", "é", "z z", "😀", "CREATE", "0"];
    private static readonly string[] Servers = ["a", "A", "b", "é", "10", "9", "a.b", "😀"];
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Every_order_is_the_models_with_and_without_filters_and_pages()
    {
        var random = new Random(4);
        await MakeAsync(random, 60);
        var rows = StoredFleet.Rows(_project.App.Database, _project.Id);

        foreach (var (key, direction) in FleetOrder.Keys.SelectMany(key => new[] { (key, "asc"), (key, "desc") }))
        {
            var query = $"?sort_key={key}&sort_dir={direction}";
            var all = FleetOrder.Sorted(rows, key, direction == "desc");
            Assert.Equal(all, await _project.IdsAsync(query));
            Assert.Equal(Failed(key, direction), await _project.IdsAsync(query + "&status=FAILED"));
            foreach (var limit in new[] { 1, 7, all.Length - 1, all.Length, all.Length + 1, 1000, 1001 })
            {
                Assert.Equal(all, await _project.AllPagesAsync($"{query}&limit={limit}"));
            }

            Assert.Equal(Failed(key, direction), await _project.AllPagesAsync($"{query}&limit=4&status=FAILED"));
            Assert.Equal(all.Take(5), await _project.IdsAsync($"{query}&limit=5"));
            foreach (var place in new[] { 0, 1, 30, all.Length - 2, all.Length - 1 })
            {
                Assert.Equal(all.Skip(place + 1), await _project.IdsAsync($"{query}&marker={all[place]}"));
            }
        }

        string[] Failed(string key, string direction) => FleetOrder.Sorted(rows.Where(row => row.Status == "FAILED"), key, direction == "desc");
    }

    [Fact]
    public async Task The_order_is_that_of_creation_where_nothing_else_is_said()
    {
        await MakeAsync(new Random(5), 12);
        var rows = StoredFleet.Rows(_project.App.Database, _project.Id).Select(row => row.Id).ToArray();

        Assert.Equal(rows, await _project.IdsAsync("?sort_dir=asc"));
        Assert.Equal(rows.Reverse(), await _project.IdsAsync("?sort_dir=desc"));
        Assert.Equal(rows, await _project.IdsAsync("?q="));
        Assert.Equal(rows, await _project.IdsAsync());
    }

    private async Task MakeAsync(Random random, int count)
    {
        var configs = new List<string>();
        foreach (var name in Words)
        {
            configs.Add(await _project.ConfigAsync($$"""{"name": {{(name is null ? "null" : WireText.Quoted(name))}}, "config": "x"}"""));
        }

        var made = new List<string>();
        for (var index = 0; index < count; index++)
        {
            made.Add(await _project.CreateAsync(Any(configs), Any(Servers), Any(Words), Any("IN_PROGRESS", "COMPLETE", "FAILED")));
            if (random.Next(2) == 0)
            {
                await _project.UpdateAsync(Any(made), $$"""{"status": "{{Any("IN_PROGRESS", "COMPLETE", "FAILED")}}", "action": "{{Any("a", "b")}}"}""");
            }

            if (random.Next(10) == 0)
            {
                await _project.UpdateAsync(Any(made), $$"""{"config_id": "{{Any(configs)}}"}""");
            }

            if (random.Next(20) == 0)
            {
                var gone = Any(made);
                made.Remove(gone);
                await _project.DeleteAsync(gone);
            }
        }

        T Any<T>(params IReadOnlyList<T> of) => of[random.Next(of.Count)];
    }
}
