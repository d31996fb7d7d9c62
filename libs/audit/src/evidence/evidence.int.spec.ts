import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifactFolder } from '../adapters/artifact-folder.ts';
import type { FindingCode } from '../finding.ts';
import { KnownSecrets } from '../known-secrets.ts';
import { decodeLine, encodeLine } from '../stored-line.ts';
import { COMPLETED, recordedLog } from '../testing/recorded-log.ts';
import { Scene } from '../testing/scene.ts';
import { bodyOf, edited, rechained } from '../testing/tamper.ts';
import { exportEvidence } from './export.ts';
import { listed, type Manifest } from './manifest.ts';
import { verifyEvidence } from './verify.ts';

let scene: Scene;
let file: string;
async function set(of = new Scene()): Promise<void> {
  scene = of;
  await scene.prepare();
  file = join(scene.root, 'evidence.tar.gz');
  await exportEvidence(
    {
      suiteId: COMPLETED,
      incarnation: scene.incarnation,
      log: async function* () {
        yield* scene.log;
      },
      place: scene.place,
      keys: [scene.key],
      artifacts: artifactFolder(scene.artifacts),
      createdBy: 'test',
      createdAt: new Date('2026-11-28T00:00:00Z'),
    },
    createWriteStream(file),
  );
}
beforeEach(() => set());
afterEach(() => scene.remove());

const verify = (keys = [scene.key]) => verifyEvidence(createReadStream(file), { keys, secrets: new KnownSecrets() });

type Files = Map<string, Buffer>;

async function unpack(): Promise<Files> {
  const files: Files = new Map();
  const tar = extract();
  Readable.from([gunzipSync(readFileSync(file))]).pipe(tar);
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}

async function repack(files: Files): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file));
  for (const [name, content] of files) tar.entry({ name }, content);
  tar.finalize();
  await written;
  writeFileSync(file, gzipSync(readFileSync(file)));
}

/** The list made anew for what is there, as somebody careful would. */
function relist(files: Files): void {
  const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '') as Manifest;
  const list = [...files].filter(([path]) => path !== 'manifest.json');
  const anew = { ...manifest, files: list.map(([path, bytes]) => listed(path, bytes)) };
  files.set('manifest.json', Buffer.from(JSON.stringify(anew)));
}
const path = (files: Files, end: string): string => [...files.keys()].find((name) => name.endsWith(end)) ?? end;
const edit = (files: Files, end: string, change: (text: string) => string): void => {
  const name = path(files, end);
  files.set(name, Buffer.from(change(files.get(name)?.toString('utf8') ?? '')));
};

/** The first transaction took a second longer. */
function slower(files: Files): void {
  const name = path(files, 'transactions.log.gz');
  const text = gunzipSync(files.get(name) ?? Buffer.alloc(0)).toString();
  files.set(name, gzipSync(text.replace(/^(\d+ \d+) \d+/, '$1 1000000')));
}

/** Another throughput in log and raw output, every hash made anew. */
function fasterEverywhere(files: Files): void {
  let log = (files.get('events.ndjson')?.toString() ?? '')
    .trimEnd()
    .split('\n')
    .flatMap((line) => decodeLine(line) ?? []);
  for (const [index, message] of log.entries()) {
    const summary = bodyOf(message)['summary'] as Record<string, unknown> | undefined;
    if (summary !== undefined) log = edited(log, index, { summary: { ...summary, tps: 123456 } });
  }
  files.set(
    'events.ndjson',
    Buffer.from(
      rechained(log)
        .map((one) => `${encodeLine(one)}\n`)
        .join(''),
    ),
  );
}

interface Row {
  readonly what: string;
  readonly change: (files: Files) => void;
  readonly found: readonly FindingCode[];
}
const ROWS: readonly Row[] = [
  {
    what: 'edit a latency in the raw output',
    change: slower,
    found: ['FILE_DIFFERS', 'ARTIFACT_DIFFERS', 'NUMBER_DIFFERS'],
  },
  {
    what: 'edit a latency in the raw output, and the list',
    change: (files) => {
      slower(files);
      relist(files);
    },
    found: ['ARTIFACT_DIFFERS', 'NUMBER_DIFFERS'],
  },
  {
    what: 'edit the throughput the tool printed',
    change: (files) => edit(files, 'pgbench.stdout.txt', (text) => text.replace(/tps = \d/, 'tps = 1')),
    found: ['ARTIFACT_DIFFERS', 'NUMBER_DIFFERS'],
  },
  {
    what: 'edit the throughput in every event, hashes and list made anew',
    change: (files) => {
      fasterEverywhere(files);
      relist(files);
    },
    found: ['CHECKPOINT_MISMATCH', 'NUMBER_DIFFERS'],
  },
  {
    what: 'drop an event, and the list made anew',
    change: (files) => {
      edit(files, 'events.ndjson', (text) => text.split('\n').toSpliced(12, 1).join('\n'));
      relist(files);
    },
    found: ['CHECKPOINT_MISMATCH'],
  },
  {
    what: 'edit a rendered configuration, and the list',
    change: (files) => {
      edit(files, 'plan.json', (text) => text.replace('127.64', '127.65'));
      relist(files);
    },
    found: ['FILE_DIFFERS'],
  },
  {
    what: 'remove the raw output',
    change: (files) => files.delete(path(files, 'pgbench.stdout.txt')),
    found: ['FILE_MISSING', 'ARTIFACT_MISSING', 'RAW_MISSING'],
  },
  {
    what: 'add a file',
    change: (files) => files.set('artifacts/extra.txt', Buffer.from('x')),
    found: ['FILE_UNEXPECTED'],
  },
  {
    what: 'remove the checkpoints, and the list made anew',
    change: (files) => {
      files.delete(path(files, 'checkpoints/00000001.json'));
      relist(files);
    },
    found: ['CHECKPOINT_MISSING'],
  },
];
const table: { mutation: string; found: string }[] = [];
afterAll(() => console.table(table));

describe('an evidence', () => {
  it('verifies without a server, and gives the logged numbers again from the raw output', async () => {
    expect(await verify()).toMatchObject({
      findings: [],
      suiteId: COMPLETED,
      checkpoints: 1,
      recomputed: [`${COMPLETED}-1-1`, `${COMPLETED}-1-2`],
    });
  });

  it("verifies when a run of another suite got its block in the same fact: that one's own facts are not in it", async () => {
    const log = recordedLog();
    const index = log.findIndex(
      ({ headers }) => /blocks-granted/.test(headers['ce-type'] ?? '') && headers['ce-correlationid'] === COMPLETED,
    );
    const granted = log[index];
    if (granted === undefined) throw new Error('the recorded log grants no block');
    const { grants } = bodyOf(granted) as { grants: object[] };
    const other = { ...grants[0], runId: 'other-1-1', cidr: '127.64.250.0/24' };
    scene.remove();
    await set(new Scene(rechained(edited(log, index, { grants: [...grants, other] }))));
    expect(await verify()).toMatchObject({ findings: [], suiteId: COMPLETED });
  });

  it('holds schemas, rendered configurations, versions and the raw output, readable without benchbus', async () => {
    const names = [...(await unpack()).keys()];
    expect(names[0]).toBe('manifest.json');
    for (const wanted of [
      'README.txt',
      'events.ndjson',
      'checkpoints/00000001.json',
      'schemas/io.benchbus.run.completed.v1.json',
      'suite.json',
      `configurations/${COMPLETED}-1-1/attempt-1/plan.json`,
      'versions.json',
    ])
      expect(names).toContain(wanted);
    expect(names.filter((name) => name.endsWith('/transactions.log.gz'))).toHaveLength(2);
  });

  it.each(ROWS)('after somebody chose to $what is found out', async ({ what, change, found }) => {
    const files = await unpack();
    change(files);
    await repack(files);
    const { findings } = await verify();
    const codes = findings.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining([...found]));
    table.push({
      mutation: what,
      found: findings
        .slice(0, 4)
        .map((one) => `${one.code} ${one.message}`)
        .join(' | ')
        .slice(0, 200),
    });
  });

  it('that is signed by somebody else is not trusted', async () => {
    const { findings } = await verify([generateKeyPairSync('ed25519').privateKey]);
    expect(findings.map(({ code }) => code)).toContain('CHECKPOINT_KEY_UNKNOWN');
  });

  it('that was cut off, or is another file, is told', async () => {
    const whole = readFileSync(file);
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.from('no archive'), gzipSync('no archive')]) {
      writeFileSync(file, bytes);
      expect((await verify()).findings.map(({ code }) => code)).toContain('BUNDLE_INVALID');
    }
  });
});
