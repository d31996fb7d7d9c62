#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bootstrap } from './bootstrap.mjs';
import { dockerThings, newDockerThings } from './lib/docker-leftovers.mjs';
import { Failure, main } from './lib/failure.mjs';
import { describeLeftover, findLeftovers } from './lib/leftovers.mjs';
import { isNotProvidable } from './lib/not-providable.mjs';
import { BUNDLES, NODE, ROOT } from './lib/paths.mjs';
import { runLoud } from './lib/run-command.mjs';
import { CHECKS, runCheck, runVitest } from './lib/test-steps.mjs';

/** Tests work below this folder (TMPDIR). Short: a socket's path has at most 107 bytes; open: PostgreSQL runs as another user. */
function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'bbt-'));
  chmodSync(folder, 0o1777);
  return folder;
}

const SLOWEST = 25;

/** Which files the time goes to: two of them run at once. */
function reportSlowest(steps) {
  const files = steps.flatMap(({ name, result }) => (result.files ?? []).map((file) => ({ step: name, ...file })));
  console.log(`\n slowest files`);
  for (const { step, name, ms } of files.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST))
    console.log(` ${(ms / 1000).toFixed(1).padStart(6)} s  ${step}: ${name}`);
}

function report(steps, skips) {
  const total = steps.reduce((sum, step) => sum + step.ms, 0);
  console.log('\n step        share     time   passed  failed  skipped');
  for (const { name, ms, result } of steps) {
    const share = `${((100 * ms) / total).toFixed(0)} %`;
    const counts = [result.passed, result.failed.length, result.skipped.length];
    console.log(
      ` ${name.padEnd(10)} ${share.padStart(6)} ${(ms / 1000).toFixed(1).padStart(6)} s ${counts.map((n) => String(n).padStart(7)).join(' ')}`,
    );
  }
  for (const { name, note } of skips) console.log(` skipped: ${name}${note ? ` (${note})` : ''}`);
  for (const step of steps) for (const name of step.result.failed) console.log(` failed:  ${step.name}: ${name}`);
}

/** Half of what whole stacks cost is the loading of modules. Of this run alone: another one's is in use. */
function makeBundles(folder, env) {
  if (!runLoud(NODE, [join(ROOT, 'tools/bundle.mjs'), folder], { env }))
    throw new Failure({ code: 'BUNDLE_FAILED', message: 'tools/bundle.mjs failed', exitCode: 1 });
}

await main(async () => {
  const long = process.argv.includes('--long');
  const prepared = bootstrap();
  const folder = makeFolder();
  const bundles = `${BUNDLES}-${process.pid}`;
  const marker = `BENCHBUS_TEST_RUN=${randomUUID()}`;
  const own = { TMPDIR: folder, BENCHBUS_TEST_RUN: marker.split('=')[1], NODE_COMPILE_CACHE: join(folder, 'compile') };
  const env = { ...prepared, ...own, BENCHBUS_BUNDLES: bundles };
  const docker = dockerThings(env);
  const steps = [];
  const step = async (name, run) => {
    console.log(`\n== ${name}`);
    const start = performance.now();
    const result = await run();
    steps.push({ name, ms: performance.now() - start, result });
  };
  try {
    makeBundles(bundles, prepared);
    for (const together of CHECKS)
      await Promise.all(together.map((check) => step(check.name, () => runCheck(check, env))));
    for (const project of ['unit', 'int', ...(long ? ['long'] : []), 'e2e']) {
      await step(project, () => runVitest(project, env, folder));
    }
    await step('leftovers', () => {
      const left = [
        ...findLeftovers(marker, folder).map((found) => `still running: ${describeLeftover(found)}`),
        ...newDockerThings(docker, dockerThings(env)).map((what) => `still there: ${what}`),
      ];
      return { passed: left.length === 0 ? 1 : 0, failed: left, skipped: [] };
    });
  } finally {
    for (const made of [folder, bundles]) rmSync(made, { recursive: true, force: true, maxRetries: 3 });
  }

  const skips = steps.flatMap(({ result }) => result.skipped);
  const forbidden = process.env.CI === 'true' ? skips.filter(({ note }) => !isNotProvidable(note)) : [];
  reportSlowest(steps);
  report(steps, skips);
  for (const { name } of forbidden) console.log(` failed:  skipped under CI=true: ${name}`);
  const passed = steps.reduce((sum, { result }) => sum + result.passed, 0);
  const failed = steps.reduce((sum, { result }) => sum + result.failed.length, forbidden.length);
  const skipped = skips.length - forbidden.length;
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
});
