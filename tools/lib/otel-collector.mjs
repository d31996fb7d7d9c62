import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir, ROOT } from './paths.mjs';
import { outputOf, runLoud, say } from './run-command.mjs';
import { atLeast, parseVersion } from './versions.mjs';

const SOURCES = join(ROOT, 'test/otel-collector');

/** Changes with every source: a cache never gives an old one. */
function nameOfCollector() {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(SOURCES, file)));
  return `otel-collector-${hash.digest('hex').slice(0, 12)}`;
}

const isThere = (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function build(dir, env) {
  if (!atLeast(parseVersion(outputOf('go', ['env', 'GOVERSION'], { env }) ?? ''), OLDEST_GO)) return undefined;
  say('building the OpenTelemetry Collector (some minutes at first) …');
  const made = join(dir, 'otel-collector');
  return runLoud('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', made, '.'], { cwd: SOURCES, env })
    ? made
    : undefined;
}

export function findOtelCollector(env = process.env) {
  const cached = join(cacheDir(env), nameOfCollector());
  return isThere(cached) ? cached : undefined;
}

/** The OpenTelemetry Collector, built where it has not been. Only tests need it. Returns its path. */
export function ensureOtelCollector(env = process.env) {
  const made = findOtelCollector(env) ?? makeInCache(nameOfCollector(), [build], isThere, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'COLLECTOR_MISSING',
    message: 'the OpenTelemetry Collector, which tests run, could not be built',
    hint: `install Go ≥ ${OLDEST_GO.join('.')}; then: go build in test/otel-collector`,
  });
}

/** For tests in TypeScript: `node tools/lib/otel-collector.mjs` prints where it is found, or nothing. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(findOtelCollector() ?? '');
