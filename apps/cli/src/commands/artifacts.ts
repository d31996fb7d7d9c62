import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BenchbusError, type EventBus } from '@benchbus/events';
import { Argument } from 'commander';
import { loadSuiteEvents, suiteOf, suiteSubject } from '../client/load-suite-events.ts';
import { readArtifact } from '../client/read-artifact.ts';
import { saveArtifact } from '../client/save-artifact.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Context } from '../context.ts';
import { artifactLines, placesOf, type ArtifactLine } from '../domain/artifact-lines.ts';
import { plural } from '../domain/plural.ts';
import { EXIT } from '../exit-codes.ts';
import { artifactsText } from '../render/artifacts-text.ts';
import { formatBytes } from '../render/format.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats, type ServerFlags } from './options.ts';

export interface ArtifactsArgs extends ServerOptions {
  readonly action: 'list' | 'get';
  /** A suite, or one of its runs. */
  readonly id: string;
  /** Of `get`: only these. None: all. */
  readonly names: readonly string[];
  readonly out: string;
  readonly json: boolean;
}

async function linesOf(bus: EventBus, id: string): Promise<ArtifactLine[]> {
  const { suiteId, runId } = await suiteOf(bus, id);
  return artifactLines(await loadSuiteEvents(bus, suiteId), runId);
}

/** @throws BenchbusError ARTIFACT_UNKNOWN: one of the names is none */
function chosen(lines: readonly ArtifactLine[], { id, names }: ArtifactsArgs): ArtifactLine[] {
  for (const name of names)
    if (!lines.some((line) => line.name === name))
      throw new BenchbusError({
        code: 'ARTIFACT_UNKNOWN',
        message: `${id} has no artifact ${JSON.stringify(name)}`,
        where: 'NAME',
        hint: `benchbus artifacts list ${id}`,
      });
  return lines.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Byte for byte to standard output. */
async function print(bus: EventBus, wanted: readonly ArtifactLine[]): Promise<void> {
  const [only, ...more] = wanted;
  if (only === undefined || more.length > 0)
    throw new BenchbusError({
      code: 'ARGUMENT_INVALID',
      message: `${plural(wanted.length, 'artifact')} cannot go to standard output: one can`,
      where: '--out',
      hint: 'name a run and one artifact of it',
    });
  await pipeline(await readArtifact(bus, only.artifactId), process.stdout, { end: false });
}

async function get(bus: EventBus, args: ArtifactsArgs, context: Context): Promise<void> {
  const wanted = chosen(await linesOf(bus, args.id), args);
  if (args.out === '-') return print(bus, wanted);
  const saved: { path: string; artifactId: string; bytes: number; sha256: string }[] = [];
  // One after the other: the network is the limit, and a failure names its file.
  for (const [place, line] of placesOf(wanted)) {
    const path = join(args.out, place);
    const said = line.state === 'expired' ? 'expired' : await saveArtifact(bus, line, path);
    if (!args.json) context.err(`${said === 'saved' ? formatBytes(line.bytes) : said}  ${path}`);
    if (said !== 'expired') saved.push({ path, artifactId: line.artifactId, bytes: line.bytes, sha256: line.sha256 });
  }
  if (args.json) context.out(JSON.stringify({ ok: true, artifacts: saved }));
}

async function list(bus: EventBus, { id, json }: ArtifactsArgs, context: Context): Promise<void> {
  const lines = await linesOf(bus, id);
  if (json) context.out(JSON.stringify({ ok: true, artifacts: lines }));
  else if (lines.length > 0) context.out(artifactsText(lines, context.paint));
  else context.err(`no artifact of ${id} was stored`);
}

/** Lists what runs left, or fetches it from wherever the store keeps it, checked against the log. */
export const artifacts: Run<ArtifactsArgs> = async (args, context) => {
  suiteSubject(args.id); // refused before a server is needed
  await withBus(findConnection(args.nats, context.env), (bus) =>
    (args.action === 'list' ? list : get)(bus, args, context),
  );
  return EXIT.success;
};

interface Options extends ServerFlags {
  readonly out: string;
}

export const register: Register = (program, act) => {
  const command = program
    .command('artifacts')
    .description('list the files runs left, or get them from the store')
    .helpGroup(GROUP.reading)
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'get']))
    .argument('<suite|run>', 'whose')
    .argument('[names...]', 'of `get`: only files of these names')
    .option('--out <folder>', 'of `get`: where to; `-` for standard output', '.')
    .action((action: ArtifactsArgs['action'], id: string, names: string[], { out, json, nats }: Options) =>
      act(artifacts, { action, id, names, out, json: flag(json), nats }),
    );
  withJson(
    command,
    'list: {ok, artifacts: [{artifactId, runId, node, name, key, bytes, sha256, contentType, expiresAt, state: stored | expired}]}; get: {ok, artifacts: [{path, artifactId, bytes, sha256}]}',
  );
  withNats(command);
  withExamples(
    command,
    ['artifacts list quickstart-abc123', 'what its runs left, and until when it is kept'],
    ['artifacts get quickstart-abc123 --out results', 'all of it, to results/<run>/<node>/<name>'],
    ['artifacts get quickstart-abc123-1-1 pgbench.stdout.txt --out -', 'one file to standard output'],
  );
};
