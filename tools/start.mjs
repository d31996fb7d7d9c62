#!/usr/bin/env node
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { main } from './lib/failure.mjs';
import { launchCli } from './lib/launch-cli.mjs';
import { ROOT } from './lib/paths.mjs';

/** `npm start` runs the quick start; `npm start -- my.yaml` another suite; further arguments go to `benchbus up`. */
const [file = join(ROOT, 'examples/quickstart.yaml'), ...rest] = process.argv.slice(2);
await main(() => launchCli(['up', '--run', file, ...rest], bootstrap()));
