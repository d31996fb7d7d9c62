#!/usr/bin/env node
import { bundleMains } from './lib/bundles/bundle-mains.mjs';
import { main } from './lib/failure.mjs';

/**
 * Bundles services, edge runner and CLI, and prints where: set BENCHBUS_BUNDLES to that folder, and processes start from it.
 *   node tools/bundle.mjs [FOLDER]     below the clone; default: dist/bundles
 */
await main(async () => {
  const [out] = process.argv.slice(2);
  // What OpenTelemetry wraps as it is loaded stays where it is installed.
  const external = ['@aws-sdk/*', '@smithy/*'];
  console.log(await bundleMains({ external, ...(out === undefined ? {} : { out }) }));
});
