#!/usr/bin/env node
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main } from './lib/failure.mjs';
import { NODE, ROOT } from './lib/paths.mjs';
import { publishedManifest } from './lib/published-manifest.mjs';
import { runLoud } from './lib/run-command.mjs';

/** Those that others may build on, dependencies first. */
const PUBLISHED = ['libs/suites', 'libs/events'];

/** Makes `dist` of a workspace, ready for `npm publish`: plain JavaScript, declarations, a package.json of its own. */
function build(workspace) {
  const source = join(ROOT, workspace);
  const dist = join(source, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const project = join(source, 'tsconfig.package.json');
  if (!runLoud(NODE, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project])) {
    throw new Failure({ code: 'BUILD_FAILED', message: `${project}: the compiler's messages are above`, exitCode: 1 });
  }
  const manifest = publishedManifest(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')));
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(source, 'README.md'), join(dist, 'README.md'));
  copyFileSync(join(ROOT, 'LICENSE'), join(dist, 'LICENSE'));
  console.log(dist);
}

await main(() => PUBLISHED.forEach(build));
