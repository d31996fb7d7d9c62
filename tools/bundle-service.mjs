#!/usr/bin/env node
import { join, resolve } from 'node:path';
import { bundleMains } from './lib/bundles/bundle-mains.mjs';
import { copyPackage } from './lib/bundles/copy-package.mjs';
import { Failure, main } from './lib/failure.mjs';
import { ROOT } from './lib/paths.mjs';

/**
 * What OpenTelemetry wraps as it is loaded, and what wraps it: both have to be files of their own. And what only a log for
 * people loads (LOG_MOD=development), by its name.
 */
const INSTALLED = ['iovalkey', '@opentelemetry/instrumentation', 'pino-pretty'];
const TELEMETRY = 'libs/service/src/telemetry/register.ts';

/**
 * One process for an image, which has it at the same path as where this runs (images/service/Dockerfile):
 *   node tools/bundle-service.mjs OUT MAIN…     main files as from the clone's root
 * OUT gets the bundles, the file for `--import`, and the few packages that stay packages in `node_modules`.
 */
await main(async () => {
  const [folder, ...mains] = process.argv.slice(2);
  if (mains.length === 0)
    throw new Failure({ code: 'USAGE', message: 'node tools/bundle-service.mjs OUT MAIN…', exitCode: 2 });
  const out = resolve(folder);
  await bundleMains({
    out,
    mains: [TELEMETRY, ...mains],
    external: ['@opentelemetry/instrumentation', 'import-in-the-middle', 'require-in-the-middle'],
  });
  const done = new Map();
  for (const name of INSTALLED) copyPackage(name, join(ROOT, 'libs/service'), join(out, 'node_modules'), done);
});
