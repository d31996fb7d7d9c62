#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';
import { main } from './lib/failure.mjs';
import { launchCli } from './lib/launch-cli.mjs';

// `npm run benchbus` runs in the package's root; paths mean what they meant where the user typed them, as with npx.
if (process.env.npm_lifecycle_event === 'benchbus' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
await main(() => launchCli(process.argv.slice(2), bootstrap()));
