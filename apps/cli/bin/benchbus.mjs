#!/usr/bin/env node
// npm links this into node_modules/.bin, so that `npx benchbus` works anywhere in the clone.
import '../../../tools/benchbus.mjs';
