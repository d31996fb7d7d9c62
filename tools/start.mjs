#!/usr/bin/env node
import { join, resolve } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { main } from './lib/failure.mjs';
import { launchCli } from './lib/launch-cli.mjs';
import { ROOT } from './lib/paths.mjs';

/** `npm start` runs the quick start; `npm start -- my.yaml` another suite; further arguments go to `benchbus up`. */
const [given, ...rest] = process.argv.slice(2);
// npm runs scripts in the package's root; a path means what it meant where the user typed it.
const file = given ? resolve(process.env.INIT_CWD ?? '.', given) : join(ROOT, 'examples/quickstart.yaml');
await main(() => launchCli(['up', '--run', file, ...rest], bootstrap()));
