using DeploymentService.Http;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Http;

/// <summary>No parameter of a query is dropped in silence: what is unknown is refused, and so is what comes twice.</summary>
public sealed class QueryRulesTests
{
    // What is said of these paths is Heat's.
    private static readonly string[] Heats =
    [
        "createConfig", "listConfigs", "showConfig", "deleteConfig", "createDeployment", "listDeployments", "showDeployment", "updateDeployment", "deleteDeployment",
        "showServerMetadata", "showBuild", "validateTemplate",
        // No report is lost for a parameter that nobody reads.
        "signalDeployment",
    ];

    private readonly Project _project = ServiceApp.NewProject();

    /// <summary>Every other route below a project.</summary>
    public static TheoryData<string> Own => new(RoutesOfProjects().Select(NameOf).Except(Heats));

    [Fact]
    public void Every_route_of_our_own_has_rules() =>
        Assert.All(RoutesOfProjects(), route => Assert.Equal(!Heats.Contains(NameOf(route)), route.Metadata.GetMetadata<QueryRules>() is { Heats: null }));

    [Theory]
    [MemberData(nameof(Own))]
    public async Task What_a_route_of_our_own_does_not_take_is_refused(string name)
    {
        var (method, path) = await PathOfAsync(name);
        foreach (var query in new[] { "confg_id=x", "confg_id=", "confg_id", "name~%3D=web", "groupby=config", "format=csv", "with_count=true" })
        {
            var unknown = Uri.UnescapeDataString(query.Split('=')[0]);
            var message = (await _project.SendAsync(method, $"{path}?{query}", "{}", ServiceApp.AdminToken)).AssertRefused(400);
            Assert.StartsWith($"{unknown}: unknown; this call takes ", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("software_deployments/summary", "server_id, config_id, name, status, action, reason, changed_since, changed_before, q, overdue, rollout_id, server_id~, name~, action~, group_by, limit")]
    [InlineData("software_deployments/wait", "server_id, config_id, name, action, changed_since, q, rollout_id, timeout, at_least, fail_fast, progress")]
    [InlineData("servers", "server_id, q, silent, limit, marker")]
    [InlineData("events", "last_event_id, server_id, deployment_id")]
    [InlineData("software_deployments/$DEPLOYMENT/events", "limit, marker")]
    [InlineData("caller", "no parameters")]
    [InlineData("tokens", "no parameters")]
    public async Task The_answer_names_what_the_route_takes(string path, string known)
    {
        path = path.Replace("$DEPLOYMENT", await _project.DeploymentAsync(), StringComparison.Ordinal);

        Assert.Equal($"foo, bar: unknown; this call takes {known}.", (await _project.SendAsync("GET", $"{path}?foo=1&bar=2", token: ServiceApp.AdminToken)).AssertRefused(400));
    }

    [Theory]
    [InlineData("summary", "server_id")]
    [InlineData("summary", "config_id")]
    [InlineData("summary", "changed_before")]
    [InlineData("summary", "overdue")]
    [InlineData("wait", "timeout")]
    [InlineData("wait", "config_id")]
    [InlineData("wait", "fail_fast")]
    [InlineData("$DEPLOYMENT", "detail")]
    [InlineData("$DEPLOYMENT", "wait")]
    [InlineData("$DEPLOYMENT/events", "limit")]
    [InlineData("$DEPLOYMENT/events", "marker")]
    [InlineData("../servers", "silent")]
    [InlineData("../servers", "limit")]
    [InlineData("../events", "last_event_id")]
    [InlineData("../events", "deployment_id")]
    [InlineData("../software_configs", "limit")]
    [InlineData("../software_configs", "global_tenant")]
    [InlineData("", "server_id")]
    [InlineData("", "limit")]
    [InlineData("", "marker")]
    [InlineData("", "name")]
    [InlineData("", "sort_key")]
    [InlineData("", "wait")]
    public async Task What_takes_one_value_is_refused_when_it_comes_twice(string path, string parameter)
    {
        path = $"software_deployments/{path}".Replace("$DEPLOYMENT", await _project.DeploymentAsync(), StringComparison.Ordinal).Replace("software_deployments/../", "", StringComparison.Ordinal);
        foreach (var query in new[] { $"{parameter}=1&{parameter}=2", $"{parameter}=1&{parameter.ToUpperInvariant()}=1", $"{parameter}=&{parameter}=" })
        {
            Assert.Contains($"{parameter}: takes one value, and is there 2 times", (await _project.SendAsync("GET", $"{path}?{query}")).AssertRefused(400), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("status=COMPLETE&status=FAILED", 2)]
    [InlineData("status=COMPLETE&status=FAILED,IN_PROGRESS", 3)]
    [InlineData("status=COMPLETE,FAILED&status=", 2)]
    [InlineData("status=COMPLETE&status=COMPLETE", 1)]
    [InlineData("status=&status=", 3)]
    public async Task A_status_may_come_several_times(string query, int count)
    {
        var config = await _project.ConfigAsync();
        foreach (var status in new[] { "COMPLETE", "FAILED", "IN_PROGRESS" })
        {
            await Fleet.DeploymentLists.CreateAsync(_project, config, "a-server", status: status);
        }

        Assert.Equal(count, Fleet.DeploymentLists.Ids(await _project.SendAsync("GET", $"software_deployments?{query}")).Length);
        var counts = (await _project.SendAsync("GET", $"software_deployments/summary?{query}")).Json["summary"]!["by_status"]!.AsObject();
        Assert.Equal(count, counts.Sum(status => status.Value!.GetValue<int>()));
    }

    [Theory]
    [InlineData("status=COMPLETE&status=done")]
    [InlineData("status=done&status=COMPLETE")]
    public async Task No_status_among_several_is_dropped(string query) =>
        Assert.StartsWith("status: must be ", (await _project.SendAsync("GET", $"software_deployments?{query}")).AssertRefused(400), StringComparison.Ordinal);

    [Theory]
    [InlineData("software_deployments?foo=1", 200)]
    [InlineData("software_deployments?foo=1&foo=2&server_id=a&limit=1", 200)]
    [InlineData("software_deployments?limit=1&foo=1&name=", 400)]
    [InlineData("software_deployments?foo=1&status=FAILED", 400)]
    [InlineData("software_deployments?name~%3D=web&detail=true", 400)]
    [InlineData("software_deployments?foo=1&WAIT=0", 400)]
    [InlineData("software_deployments?foo=1&place=1.0", 400)]
    [InlineData("software_configs?foo=1&limit=1", 200)]
    [InlineData("software_configs?status=FAILED", 200)]
    [InlineData("software_configs/$CONFIG?foo=1", 200)]
    [InlineData("software_deployments/$DEPLOYMENT?foo=1", 200)]
    [InlineData("software_deployments/$DEPLOYMENT?foo=1&detail=true", 400)]
    [InlineData("software_deployments/$DEPLOYMENT?detial=true&wait=0", 400)]
    [InlineData("software_deployments/metadata/a-server?foo=1", 200)]
    [InlineData("build_info?foo=1", 200)]
    public async Task In_Heats_calls_the_unknown_is_ignored_until_something_of_ours_is_there(string path, int status)
    {
        var config = await _project.ConfigAsync();
        path = path.Replace("$CONFIG", config, StringComparison.Ordinal)
            .Replace("$DEPLOYMENT", await _project.DeploymentAsync("a-server", config), StringComparison.Ordinal);

        Assert.Equal(status, (await _project.SendAsync("GET", path)).Status);
    }

    [Fact]
    public async Task A_report_is_taken_whatever_stands_in_its_query()
    {
        var deployment = await _project.DeploymentAsync();

        Assert.Equal(200, (await _project.SendAsync("PUT", $"software_deployments/{deployment}?foo=1&detail=x", "{}")).Status);
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{deployment}/signal?foo=1", "{}")).Status);
    }

    [Theory]
    [InlineData("software_deployments?server_id=&config_id=&name=&status=&action=&changed_since=&changed_before=&q=&overdue=&sort_key=&sort_dir=&place=&detail=&values=&wait=&limit=&marker=")]
    [InlineData("software_configs?limit=&marker=&global_tenant=")]
    [InlineData("software_deployments/summary?server_id=&config_id=&name=&status=&action=&changed_since=&changed_before=&q=&overdue=")]
    [InlineData("servers?server_id=&q=&silent=&limit=&marker=")]
    [InlineData("software_deployments/$DEPLOYMENT?detail=&wait=")]
    [InlineData("software_deployments/$DEPLOYMENT/events?limit=&marker=")]
    [InlineData("software_deployments/wait?timeout=&fail_fast=")]
    public async Task An_empty_parameter_is_an_absent_one(string path)
    {
        var deployment = await Fleet.DeploymentLists.CreateAsync(_project, await _project.ConfigAsync(), "a-server", status: "COMPLETE");
        path = path.Replace("$DEPLOYMENT", deployment, StringComparison.Ordinal);

        var empty = await _project.SendAsync("GET", path);
        var absent = await _project.SendAsync("GET", path.Split('?')[0]);

        Assert.Equal((200, absent.Text), (empty.Status, empty.Text));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        Assert.Equal(
            "overdue: takes one value, and is there 2 times; foo: unknown; this call takes server_id, config_id, name, status, action, reason, changed_since, "
                + "changed_before, q, overdue, rollout_id, server_id~, name~, action~, group_by, limit; status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case, or several with commas; "
                + "changed_before: must be a time such as 2026-11-23T13:26:51Z.",
            (await _project.SendAsync("GET", "software_deployments/summary?changed_before=noon&overdue=true&overdue=false&foo=1&status=done")).AssertRefused(400));
        Assert.Equal(
            "limit: takes one value, and is there 2 times; limit: must be a whole number that is not negative.",
            (await _project.SendAsync("GET", "software_deployments?limit=x&limit=1")).AssertRefused(400));
    }

    [Fact]
    public async Task A_hostile_query_gets_a_short_answer()
    {
        var query = string.Join('&', Enumerable.Range(0, 300).Select(number => $"{new string('x', 20)}{number}=1"));

        Assert.InRange((await _project.SendAsync("GET", $"caller?{query}")).AssertRefused(400).Length, 1, 500);
        Assert.InRange((await _project.SendAsync("GET", $"caller?{new string('x', 4000)}=1")).AssertRefused(400).Length, 1, 200);
        Assert.StartsWith("'': unknown", (await _project.SendAsync("GET", "caller?=1")).AssertRefused(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_so_first()
    {
        Assert.Equal(401, (await _project.SendAsync("GET", "software_deployments/summary?foo=1", token: "nobody")).Status);
        Assert.Equal(403, (await _project.SendAsync("GET", "tokens?foo=1")).Status);
    }

    private static IEnumerable<RouteEndpoint> RoutesOfProjects() => ServiceApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.RoutePattern.RawText!.StartsWith("/v1/{project_id", StringComparison.Ordinal));

    private static string NameOf(RouteEndpoint route) => route.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private async Task<(string Method, string Path)> PathOfAsync(string name)
    {
        var route = RoutesOfProjects().Single(route => NameOf(route) == name);
        var path = route.RoutePattern.RawText!.Split('/', 4)[3].TrimEnd('/');
        path = path.Replace("{deployment_id}", await _project.DeploymentAsync(), StringComparison.Ordinal).Replace("{server_id}", "a-server", StringComparison.Ordinal)
            .Replace("{token_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        return (route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0], path);
    }
}
