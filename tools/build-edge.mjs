#!/usr/bin/env node
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleRunner } from './lib/edge-build/bundle.mjs';
import { makeExecutable } from './lib/edge-build/executable.mjs';
import { buildStamp } from './lib/edge-build/stamp.mjs';
import { Failure, main } from './lib/failure.mjs';
import { NODE, ROOT } from './lib/paths.mjs';
import { outputOf, say } from './lib/run-command.mjs';

/**
 * Builds the edge runner as one file for this machine's kind:
 *   node tools/build-edge.mjs [--out FOLDER]       default: dist/edge
 * Prints the paths of the file and of its checksum. A runner of another kind of machine is built on such a machine: it is
 * made of the Node at hand.
 */
async function buildEdge(args) {
  const at = args.indexOf('--out');
  const out = at < 0 ? join(ROOT, 'dist/edge') : args[at + 1];
  if (out === undefined) throw new Failure({ code: 'USAGE', message: '--out needs a folder', exitCode: 2 });
  const target = outputOf(NODE, ['-p', 'process.platform + "-" + process.arch'])?.trim();
  if (target !== 'linux-x64' && target !== 'linux-arm64')
    throw new Failure({
      code: 'TARGET_UNSUPPORTED',
      message: `the edge runner is for linux-x64 and linux-arm64; this is ${target ?? 'no Node at all'}`,
      hint: 'node tools/bootstrap.mjs installs Node 24; build on the kind of machine that is to run it',
    });
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(join(out, '.build-'));
  try {
    const stamp = buildStamp();
    const [script, heartbeat] = [join(folder, 'main.cjs'), join(folder, 'heartbeat-worker.cjs')];
    const name = `benchbus-edge-runner-${target}`;
    const made = join(folder, name);
    await bundleRunner({ main: script, heartbeat, stamp });
    const assets = { 'heartbeat-worker.cjs': heartbeat };
    await makeExecutable({ node: NODE, main: script, assets, folder, output: made });
    const sum = createHash('sha256').update(readFileSync(made)).digest('hex');
    const file = join(out, name);
    renameSync(made, file);
    // As sha256sum writes and checks it.
    writeFileSync(`${file}.sha256`, `${sum}  ${basename(file)}\n`);
    say(`${outputOf(file, ['--version'])?.trim() ?? 'it does not start'}`);
    console.log(`${file}\n${file}.sha256`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(() => buildEdge(process.argv.slice(2)));
