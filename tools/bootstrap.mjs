#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { ensureCloudInitSchema } from './lib/cloud-init-schema.mjs';
import { ensureDebianPackages } from './lib/debian-packages.mjs';
import { ensureDockerCompose } from './lib/docker-compose.mjs';
import { Failure, main } from './lib/failure.mjs';
import { ensureGoProgram } from './lib/go-programs.mjs';
import { ensureKedaSchemas } from './lib/keda-schemas.mjs';
import { ensureKubernetesSchemas } from './lib/kubernetes-schemas.mjs';
import { ensureNatsServer } from './lib/nats-server.mjs';
import { ensureOtelCollector } from './lib/otel-collector.mjs';
import { ensurePackages, packagesAreCurrent } from './lib/npm-packages.mjs';
import { ROOT, withTools } from './lib/paths.mjs';
import { findAll } from './lib/run-command.mjs';
import { atLeast, parseVersion } from './lib/versions.mjs';
import { ensureTerraformDouble } from './lib/terraform-double.mjs';
import { ensureTerraform } from './lib/terraform.mjs';

function requireTools(env) {
  if (!atLeast(parseVersion(process.version), [20, 0])) {
    throw new Failure({ code: 'NODE_TOO_OLD', message: `Node ${process.version} runs this; 20 or newer is needed` });
  }
  for (const name of packagesAreCurrent(ROOT) ? ['git'] : ['git', 'npm']) {
    if (findAll(name, env).length === 0) {
      throw new Failure({ code: 'PROGRAMS_MISSING', message: `${name} is not on the PATH`, hint: `install ${name}` });
    }
  }
}

/** Only what the command line itself takes: Node and the npm packages. Returns the environment in which it runs. */
export function bootstrapCli(env = process.env) {
  requireTools(env);
  ensurePackages(ROOT, env);
  return withTools(env);
}

/**
 * Makes this machine able to run the project; says nothing when nothing is missing.
 * Returns the environment in which its programs run.
 */
export function bootstrap(env = process.env) {
  const tools = bootstrapCli(env);
  ensureDebianPackages(env);
  // As with the packages: on a machine without it the tests that need it are skipped.
  if (env.CI === 'true') {
    for (const name of ['versitygw', 'go-tpc', 'kustomize']) ensureGoProgram(name, env);
    ensureDockerCompose(env);
    ensureTerraform(env);
    ensureTerraformDouble(env);
    ensureCloudInitSchema(env);
    ensureKubernetesSchemas(env);
    ensureKedaSchemas(env);
    ensureOtelCollector(env);
  }
  return { ...tools, BENCHBUS_NATS_SERVER: ensureNatsServer(env) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(() => void bootstrap());
}
