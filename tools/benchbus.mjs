#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';
import { main } from './lib/failure.mjs';
import { launchCli } from './lib/launch-cli.mjs';

await main(() => launchCli(process.argv.slice(2), bootstrap()));
