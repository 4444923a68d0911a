// What a program does with a client that NSwag made: a config, a deployment, the report of its outcome, and what can be read of it. The client takes the
// service's address from the document.
using System.Text.Json;
using Generated;

const string project = "demo";
const string serverId = "ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5";
var token = Environment.GetEnvironmentVariable("TOKEN")!;
using var http = new HttpClient();
http.DefaultRequestHeaders.Add("X-Auth-Token", token);
var api = new DeploymentServiceClient(http);

var config = (await api.CreateConfigAsync(project, new CreateConfig
{
    Name = "csharp",
    Group = "script",
    Config = "#!/bin/sh\n",
    Inputs = [new() { Name = "foo", Type = InputDeclarationType.String, Default = "fooooo", Replace_on_change = true }, new() { Name = "bar" }],
    Outputs = [new() { Name = "result", Error_output = false }],
    Options = new Dictionary<string, object> { ["a"] = 1 },
})).Software_config;
Check(config.Inputs.First().Replace_on_change == true && config.Outputs.Single().Error_output == false, "the declarations");
Check(((JsonElement)config.Options).GetProperty("a").GetInt32() == 1, "the options");

var created = (await api.CreateDeploymentAsync(project, new CreateDeployment
{
    Config_id = config.Id,
    Server_id = serverId,
    Action = "CREATE",
    Input_values = new Dictionary<string, object> { ["foo"] = "baaaaa" },
})).Software_deployment;
Check(created.Status == DeploymentViewStatus.IN_PROGRESS && created.Updated_time is null && created.Output_values is null, "the deployment");

// The call that the service began with.
var result = $"The file /tmp/baaaaa contains fooooo for server {serverId} during CREATE";
var updated = (await api.UpdateDeploymentAsync(project, created.Id, new UpdateDeployment
{
    Status = UpdateDeploymentStatus.COMPLETE,
    Output_values = new Dictionary<string, object>
    {
        ["deploy_stdout"] = "Writing to /tmp/baaaaa\nWritten to /tmp/baaaaa\n",
        ["deploy_stderr"] = "+ echo Writing to /tmp/baaaaa\n+ echo Output to stderr\nOutput to stderr\n",
        ["deploy_status_code"] = 0,
        ["result"] = result,
    },
    Status_reason = "Outputs received",
})).Software_deployment;
Check(updated is { Status: DeploymentViewStatus.COMPLETE, Status_reason: "Outputs received", Updated_time: not null }, "the update");

var shown = (await api.ShowDeploymentAsync(project, created.Id, detail: true)).Software_deployment;
Check(((JsonElement)shown.Output_values!["result"]).GetString() == result && ((JsonElement)shown.Output_values["deploy_status_code"]).GetInt32() == 0, "the outputs");
Check(shown.Config_name == "csharp", "the details");

var listed = await api.ListDeploymentsAsync(project, server_id: serverId, status: [DeploymentStatus.COMPLETE, DeploymentStatus.FAILED], sort_key: Sort_key.Updated_time, sort_dir: Sort_dir.Desc, limit: 1);
Check(listed.Software_deployments.Single().Id == created.Id, "the list");

var events = (await api.ListDeploymentEventsAsync(project, created.Id)).Events;
Check(events.Select(happened => happened.Event).SequenceEqual([EventViewEvent.Created, EventViewEvent.Update]), "the history");

try
{
    await api.ShowConfigAsync(project, "unknown");
    Check(false, "an unknown config");
}
catch (ApiException<FaultBody> fault)
{
    Check(fault.StatusCode == 404 && fault.Result.Error.Message.Contains("unknown not found"), fault.Message);
}

var session = await api.SignInAsync(new SignInBody
{
    Auth = new() { Identity = new() { Methods = ["token"], Token = new() { Id = token } }, Scope = new() { Project = new() { Id = project } } },
});
Check(session.Token.Project.Id == project, "the session");

await api.DeleteDeploymentAsync(project, created.Id);

static void Check(bool isSo, string what)
{
    if (!isSo)
    {
        throw new InvalidOperationException($"Not as expected: {what}");
    }
}
