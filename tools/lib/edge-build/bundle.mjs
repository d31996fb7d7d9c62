import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.mjs';
import { ROOT } from '../paths.mjs';

const SDK = join(ROOT, 'node_modules/@hatchet-dev/typescript-sdk');
const THREAD_HELPER = join(import.meta.dirname, 'thread-from-asset.mjs');

/** Replaces what a file says by what it has to say in one file; a dependency that changed is noticed here, not on a VM. */
const replaced = (filter, from, to) => ({
  name: `replace ${from}`,
  setup(builder) {
    let hits = 0;
    builder.onLoad({ filter }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`${path}: no ${from} to replace`);
      hits += 1;
      return { contents: text.replaceAll(from, to), loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
    builder.onEnd(() => (hits > 0 ? {} : { errors: [{ text: `no file matches ${filter}` }] }));
  },
});

/** The SDK's thread of heartbeats is loaded from an asset. */
const threadFromAsset = {
  name: 'thread from asset',
  setup(builder) {
    let hits = 0;
    builder.onLoad({ filter: /typescript-sdk\/util\/thread-helper\.js$/ }, async () => {
      hits += 1;
      return { contents: await readFile(THREAD_HELPER, 'utf8'), loader: 'js' };
    });
    builder.onEnd(() =>
      hits > 0 ? {} : { errors: [{ text: 'the Hatchet SDK has no util/thread-helper.js any more' }] },
    );
  },
};

/** What is loaded only where it is installed, and falls back to JavaScript where not. */
const OPTIONAL = ['pg-native', 'cpu-features', '*.node', 'pg-cloudflare', 'bufferutil', 'utf-8-validate'];

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  logLevel: 'silent',
  legalComments: 'none',
  external: OPTIONAL,
  // CommonJS has no import.meta: a single executable's file is its own path.
  banner: { js: "const BENCHBUS_FILE_URL = require('node:url').pathToFileURL(process.execPath).href;" },
  define: { 'import.meta.url': 'BENCHBUS_FILE_URL', 'import.meta.dirname': '__dirname' },
};

async function bundled(options) {
  try {
    await build({ ...common, ...options });
  } catch (error) {
    throw new Failure({ code: 'BUNDLE_FAILED', message: error.message, exitCode: 1 });
  }
}

/**
 * Bundles the runner into `main`, and the script of the SDK's thread of heartbeats into `heartbeat`.
 * @param {{ main: string, heartbeat: string, stamp: { version: string, commit: string } }} files
 */
export async function bundleRunner({ main, heartbeat, stamp }) {
  const banner = { js: `${common.banner.js}\nglobalThis.BENCHBUS_BUILD = ${JSON.stringify(stamp)};` };
  await bundled({
    entryPoints: [join(ROOT, 'services/edge-runner/src/standalone.ts')],
    outfile: main,
    banner,
    plugins: [
      threadFromAsset,
      replaced(
        /logging\/create-logger\.ts$/,
        "createRequire(import.meta.url)('pino-pretty')",
        "require('pino-pretty')",
      ),
    ],
  });
  await bundled({
    entryPoints: [join(SDK, 'clients/dispatcher/heartbeat/heartbeat-worker.js')],
    outfile: heartbeat,
  });
}
