import { build } from 'esbuild';
import { globSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.mjs';
import { BUNDLES, ROOT } from '../paths.mjs';

const MAINS = ['services/*/src/main.ts', 'apps/*/src/main.ts', 'libs/hatchet-embedded/src/main.ts'];
const HEARTBEAT = join(
  ROOT,
  'node_modules/@hatchet-dev/typescript-sdk/clients/dispatcher/heartbeat/heartbeat-worker.js',
);

/** Loaded where it is installed, with a fallback where not; and what OpenTelemetry wraps as it is loaded. */
const EXTERNAL = ['pg-native', 'cpu-features', '*.node', 'pg-cloudflare', 'bufferutil', 'utf-8-validate', 'iovalkey'];

/** A file goes on finding what lies beside it: its own place is written into it. */
const keepsItsPlace = {
  name: 'keeps its place',
  setup(builder) {
    builder.onLoad({ filter: /\.(?:[cm]?js|ts)$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const here = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
      let contents = text.replaceAll(/\bimport\.meta\.(url|dirname|filename)\b/g, (_, name) =>
        JSON.stringify(here[name]),
      );
      for (const name of ['dirname', 'filename'])
        if (contents.includes(`__${name}`) && !new RegExp(`(?:const|let|var) __${name}\\b`).test(contents))
          contents = `const __${name} = ${JSON.stringify(here[name])};${contents}`;
      return contents === text ? undefined : { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/** The SDK's thread of heartbeats has a bundle of its own. */
const heartbeatOf = (bundle) => ({
  name: 'heartbeat thread',
  setup(builder) {
    let hits = 0;
    builder.onLoad({ filter: /typescript-sdk\/util\/thread-helper\.js$/ }, () => {
      hits += 1;
      const contents = `const { Worker } = require('node:worker_threads');
exports.runThreaded = (_, options) => new Worker(${JSON.stringify(bundle)}, options);`;
      return { contents };
    });
    // Nobody would hear its heartbeats: noticed here, not by an engine.
    builder.onEnd(({ metafile }) => {
      const usesSdk = Object.keys(metafile?.inputs ?? {}).some((file) =>
        file.includes('@hatchet-dev/typescript-sdk/v1'),
      );
      return usesSdk && hits === 0
        ? { errors: [{ text: 'the Hatchet SDK has no util/thread-helper.js any more' }] }
        : {};
    });
  },
});

/**
 * Bundles what starts as a process, each main file to the same path below `out` with `.mjs`: a process that loads one file
 * instead of two thousand is there in half the time. Sources that change are not noticed: it is for machines that run what was
 * built, and for tests, which build it anew. What was made is good for this path of the clone, and of `out`, alone.
 * @param {{ out?: string, mains?: readonly string[], external?: readonly string[], plugins?: readonly import('esbuild').Plugin[] }}
 *   what default: everything, in `dist/bundles`; `mains`: globs below the clone; `external`: more packages that are loaded
 *   where they are installed; `plugins`: asked before those that are always there
 * @returns the folder, for BENCHBUS_BUNDLES
 */
export async function bundleMains({ out: folder = BUNDLES, mains: wanted = MAINS, external = [], plugins = [] } = {}) {
  // Bundles name each other by it, from wherever they are started.
  const out = resolve(folder);
  rmSync(out, { recursive: true, force: true });
  const heartbeat = join(out, 'heartbeat-worker.mjs');
  const mains = globSync([...wanted], { cwd: ROOT }).map((main) => main.replace(/\.ts$/, ''));
  try {
    await build({
      entryPoints: [
        ...mains.map((main) => ({ in: join(ROOT, `${main}.ts`), out: main })),
        { in: HEARTBEAT, out: 'heartbeat-worker' },
      ],
      outdir: out,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      keepNames: true,
      metafile: true,
      logLevel: 'silent',
      legalComments: 'none',
      external: [...EXTERNAL, ...external],
      plugins: [...plugins, heartbeatOf(heartbeat), keepsItsPlace],
      // What of CommonJS is not bundled is still required.
      banner: {
        js: "import { createRequire as benchbusRequire } from 'node:module'; const require = benchbusRequire(import.meta.url);",
      },
    });
  } catch (error) {
    throw new Failure({ code: 'BUNDLE_FAILED', message: error.message, exitCode: 1 });
  }
  return out;
}
