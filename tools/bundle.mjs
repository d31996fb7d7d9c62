#!/usr/bin/env node
import { bundleMains } from './lib/bundles/bundle-mains.mjs';
import { main } from './lib/failure.mjs';

/** Bundles services, edge runner and CLI, and prints where: set BENCHBUS_BUNDLES to that folder, and processes start from it. */
await main(async () => console.log(await bundleMains()));
