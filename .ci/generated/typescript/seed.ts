// What a program does with a client that openapi-typescript made: a config, a deployment, the report of its outcome, and what can be read of it.
// It must compile as it stands, without a cast.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const { ADDRESS: baseUrl = "", TOKEN: token = "" } = process.env;
const project = "demo";
const serverId = "ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5";
const api = createClient<paths>({ baseUrl, headers: { "X-Auth-Token": token } });

function got<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert.ok(answer.data, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  assert.match(answer.response.headers.get("X-OpenStack-Request-Id") ?? "", /^req-/);
  return answer.data;
}

const inputs: components["schemas"]["InputDeclaration"][] = [
  { name: "foo", type: "String", default: "fooooo", replace_on_change: true },
  { name: "bar", type: "Json", default: { a: [1] }, replace_on_change: "False", hidden: null },
];
const { software_config: config } = got(await api.POST("/v1/{project_id}/software_configs", {
  params: { path: { project_id: project }, header: { "Idempotency-Key": "typescript" } },
  body: { name: "typescript", group: "script", config: "#!/bin/sh\n", inputs, outputs: [{ name: "result", error_output: "true" }], options: { a: 1 } },
}));
assert.deepEqual(config.inputs, inputs);
assert.deepEqual(config.options, { a: 1 });

const created = got(await api.POST("/v1/{project_id}/software_deployments", {
  params: { path: { project_id: project } },
  body: { config_id: config.id, server_id: serverId, action: "CREATE", input_values: { foo: "baaaaa", bar: { b: [2] } } },
})).software_deployment;
assert.equal(created.status, "IN_PROGRESS");
assert.equal(created.updated_time, null);
assert.deepEqual(created.input_values, { foo: "baaaaa", bar: { b: [2] } });

// The call that the service began with.
const outputs = {
  deploy_stdout: "Writing to /tmp/baaaaa\nWritten to /tmp/baaaaa\n",
  deploy_stderr: "+ echo Writing to /tmp/baaaaa\n+ echo Output to stderr\nOutput to stderr\n",
  deploy_status_code: 0,
  result: `The file /tmp/baaaaa contains fooooo for server ${serverId} during CREATE`,
};
const path = { project_id: project, deployment_id: created.id };
const answer = await api.PUT("/v1/{project_id}/software_deployments/{deployment_id}", {
  params: { path },
  body: { status: "COMPLETE", output_values: outputs, status_reason: "Outputs received" },
});
const updated = got(answer).software_deployment;
assert.equal(updated.status, "COMPLETE");
assert.equal(updated.status_reason, "Outputs received");
assert.deepEqual(updated.output_values, outputs);
assert.ok(answer.response.headers.get("ETag"));

const shown = got(await api.GET("/v1/{project_id}/software_deployments/{deployment_id}", { params: { path, query: { detail: true } } })).software_deployment;
assert.deepEqual(shown.output_values, outputs);
assert.equal(shown.config_name, "typescript");

const listed = got(await api.GET("/v1/{project_id}/software_deployments", {
  params: { path: { project_id: project }, query: { status: ["COMPLETE", "FAILED"], server_id: serverId, sort_key: "updated_time", sort_dir: "desc", limit: 1 } },
  querySerializer: { array: { style: "form", explode: false } },
}));
assert.equal(listed.software_deployments[0]?.id, created.id);

const { events } = got(await api.GET("/v1/{project_id}/software_deployments/{deployment_id}/events", { params: { path } }));
const kinds: components["schemas"]["EventView"]["event"][] = ["created", "update"];
assert.deepEqual(events.map(({ event }) => event), kinds);

const unknown = await api.GET("/v1/{project_id}/software_configs/{config_id}", { params: { path: { project_id: project, config_id: "unknown" } } });
assert.equal(unknown.response.status, 404);
assert.ok(unknown.error && "explanation" in unknown.error);
assert.match(unknown.error.error.message, /unknown not found/);

const { token: made } = got(await api.POST("/v1/{project_id}/tokens", { params: { path: { project_id: project } }, body: { name: "typescript", role: "member" } }));
const session = await api.POST("/v3/auth/tokens", {
  body: { auth: { identity: { methods: ["password"], password: { user: { name: made.name, password: made.secret ?? "" } } } } },
});
assert.equal(got(session).token.project.id, project);
const signedIn = { "X-Auth-Token": session.response.headers.get("X-Subject-Token") ?? "" };
got(await api.GET("/v1/{project_id}/caller", { params: { path: { project_id: project } }, headers: signedIn }));

assert.equal((await api.DELETE("/v1/{project_id}/software_deployments/{deployment_id}", { params: { path } })).response.status, 204);
