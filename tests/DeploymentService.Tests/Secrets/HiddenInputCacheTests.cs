using DeploymentService.Configs;
using DeploymentService.Json;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Secrets;

/// <summary>The names of hidden inputs that are kept take no more memory than they may, however many a config declares.</summary>
public sealed class HiddenInputCacheTests
{
    private const int Inputs = 28_000;
    private readonly Project _project = ServiceApp.NewProject();
    private readonly InputRedaction _redaction = new(
        ServiceApp.Shared.Services.GetRequiredService<IDatabaseReader>(), ServiceApp.Shared.Services.GetRequiredService<Redaction>());

    [Fact]
    public async Task Long_lists_push_each_other_out()
    {
        var names = Enumerable.Range(0, Inputs).Select(index => $"h{index}").ToList();
        var body = "{\"inputs\": [" + string.Join(',', names.Select(name => $"{{\"name\": \"{name}\", \"hidden\": true}}")) + "]}";
        var first = await _project.ConfigAsync(body);
        Assert.Equal(["h27999"], await HiddenAsync(first));
        var one = _redaction.KeptBytes;
        Assert.InRange(one, Inputs * 32, InputRedaction.MostBytes / 4);
        Assert.Equal(["h27999"], await HiddenAsync(first));
        Assert.Equal(one, _redaction.KeptBytes);

        // As many as fit, and one more.
        for (var rest = InputRedaction.MostBytes / one; rest > 0; rest--)
        {
            Assert.Equal(["h27999"], await HiddenAsync(await _project.ConfigAsync(body)));
            Assert.InRange(_redaction.KeptBytes, one, InputRedaction.MostBytes);
        }

        Assert.Equal(one, _redaction.KeptBytes);
        Assert.Equal(["h27999"], await HiddenAsync(first));
        Assert.Equal(2 * one, _redaction.KeptBytes);
    }

    [Fact]
    public async Task A_short_list_is_kept_for_a_few_bytes()
    {
        var config = await _project.ConfigAsync("""{"inputs": [{"name": "h27999", "hidden": true}, {"name": "foo"}]}""");

        Assert.Equal(["h27999"], await HiddenAsync(config));
        Assert.InRange(_redaction.KeptBytes, 100, 1000);
    }

    private async Task<IReadOnlyList<string>> HiddenAsync(string config) =>
        await _redaction.HiddenInAsync(_project.Id, config, JsonText.Parse("""{"h27999": "S3", "foo": "x"}"""));
}
