using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>A report as a form, of whoever has no JSON.</summary>
public sealed class FormSignalTests
{
    private const string LongBoundary = "multipart/form-data; boundary=\"0123456789012345678901234567890123456789012345678901234567890123456789x\"";
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("0", "COMPLETE", "Outputs received")]
    [InlineData(" 3\n", "FAILED", "deploy_status_code : Deployment exited with non-zero status code: 3")]
    public async Task Its_parts_are_the_outputs(string code, string status, string reason)
    {
        var id = await NewAsync();
        using var form = new MultipartFormDataContent
        {
            // What is no UTF-8 is replaced.
            { new ByteArrayContent([.. "é \0"u8, 0xFF, (byte)'"', (byte)'\n']), "deploy_stdout", "stdout" },
            { new StringContent(""), "\"deploy_stderr\"" },
            { new StringContent(code), "deploy_status_code" },
            { new StringContent("by its name"), "result" },
            { new StringContent("1"), "output.aXQncyAidGhlIiBvdGhlcg" },
            { new StringContent("dropped"), "unknown" },
        };

        Assert.Equal(200, await SendAsync(form));

        var shown = await ShowAsync(id);
        Assert.Equal((status, reason), (shown["status"]!.GetValue<string>(), shown["status_reason"]!.GetValue<string>()));
        var outputs = shown["output_values"]!.AsObject();
        Assert.Equal(["result", "it's \"the\" other", "deploy_stdout", "deploy_stderr", "deploy_status_code"], outputs.Select(output => output.Key));
        Assert.Equal(["by its name", "1", "é \0\uFFFD\"\n", ""], outputs.Take(4).Select(output => output.Value!.GetValue<string>()));
    }

    [Theory]
    [InlineData("multipart/form-data", "--x", "boundary")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n\r\nabc", "could not be read")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc", "could not be read")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"output.?\"\r\n\r\nabc\r\n--x--\r\n", "could not be read")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"deploy_stdout\"\r\n\r\n0\r\n--x--\r\n", "deploy_status_code")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"deploy_status_code\"\r\n\r\n\r\n--x--\r\n", "deploy_status_code")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"deploy_status_code\"\r\n\r\nno number\r\n--x--\r\n", "deploy_status_code")]
    [InlineData(LongBoundary, "--x", "longer than 70")]
    public async Task A_broken_form_is_refused_and_the_history_says_so(string contentType, string body, string part)
    {
        var id = await NewAsync();
        var agent = await Agent.OfAsync(_project);

        var answer = await agent.SendAsync("PUT", Agent.SignalUrl(await agent.EntryAsync()), body, contentType);

        Assert.Equal(400, answer.Status);
        Assert.Contains(part, answer.Message, StringComparison.Ordinal);
        Assert.Contains("refused", (await _project.SendAsync("GET", $"software_deployments/{id}/events")).Text, StringComparison.Ordinal);
        Assert.Equal("IN_PROGRESS", (await ShowAsync(id))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_form_that_would_be_too_large_as_json_is_refused()
    {
        await NewAsync();
        using var form = new MultipartFormDataContent { { new StringContent("0"), "deploy_status_code" }, { new ByteArrayContent(new byte[6 * 1024 * 1024]), "deploy_stdout" } };

        Assert.Equal(400, await SendAsync(form));
    }

    [Fact]
    public async Task What_agent_sh_sends_at_most_is_taken()
    {
        var id = await NewAsync();
        using var form = new MultipartFormDataContent { { new StringContent("0"), "deploy_status_code" } };
        foreach (var name in new[] { "deploy_stdout", "deploy_stderr", "result" })
        {
            form.Add(new ByteArrayContent([.. "..."u8, .. new byte[950_000]]), name);
        }

        Assert.Equal(200, await SendAsync(form));
        Assert.Equal(950_003, (await ShowAsync(id))["output_values"]!["result"]!.GetValue<string>().Length);
    }

    [Fact]
    public async Task A_form_with_too_many_parts_is_refused()
    {
        await NewAsync();
        using var form = new MultipartFormDataContent { { new StringContent("0"), "deploy_status_code" } };
        for (var part = 0; part < 10_000; part++)
        {
            // One name, so that it is not the members of the JSON that are too many.
            form.Add(new ByteArrayContent([]), "x");
        }

        Assert.Equal(400, await SendAsync(form));
    }

    [Fact]
    public async Task Text_comes_whole_wherever_it_is_cut_while_it_is_read()
    {
        var id = await NewAsync();
        var text = string.Concat(Enumerable.Range(0, 5000).Select(place => $"{place % 7}\U0001F600é\"\n"));
        using var form = new MultipartFormDataContent { { new StringContent("0"), "deploy_status_code" }, { new ByteArrayContent([.. System.Text.Encoding.UTF8.GetBytes(text), 0xF0]), "result" } };

        Assert.Equal(200, await SendAsync(form));
        Assert.Equal(text + "\uFFFD", (await ShowAsync(id))["output_values"]!["result"]!.GetValue<string>());
    }

    private async Task<int> SendAsync(HttpContent form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Agent.SignalUrl(await (await Agent.OfAsync(_project)).EntryAsync())) { Content = form };
        return (await _project.App.SendAsync(request)).Status;
    }

    private async Task<string> NewAsync() => await _project.DeploymentAsync(configId: await _project.ConfigAsync(
        """{"name": "a-config", "group": "script", "config": "#!/bin/sh", "outputs": [{"name": "result"}, {"name": "it's \"the\" other"}]}"""));

    private async Task<JsonNode> ShowAsync(string id) => (await _project.SendAsync("GET", $"software_deployments/{id}")).Json["software_deployment"]!;
}
