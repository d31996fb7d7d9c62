#!/usr/bin/env node
import { bootstrap, bootstrapCli } from './bootstrap.mjs';
import { main } from './lib/failure.mjs';
import { launchCli } from './lib/launch-cli.mjs';

// `npm run benchbus` runs in the package's root; paths mean what they meant where the user typed them, as with npx.
if (process.env.npm_lifecycle_event === 'benchbus' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
const args = process.argv.slice(2);
// All others need a file, or a server that runs; `doctor` says what is missing.
await main(() => launchCli(args, args[0] === 'up' ? bootstrap() : bootstrapCli()));
