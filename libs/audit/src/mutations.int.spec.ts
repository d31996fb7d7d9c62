import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { StoredMessage } from '@benchbus/events';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, FindingCode } from './finding.ts';
import { Scene } from './testing/scene.ts';
import { bodyOf, edited, flipped, rechained, renumbered, swapped } from './testing/tamper.ts';

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  await scene.prepare();
});
afterEach(() => scene.remove());

/** Index of the event that a type's end and a subject's end name. */
function find(log: readonly StoredMessage[], type: string, subject: string): number {
  const index = log.findIndex(
    (one) => one.headers['ce-type']?.endsWith(type) === true && one.subject.endsWith(subject),
  );
  if (index < 0) throw new Error(`no ${type} of ${subject}`);
  return index;
}
const RUN = 'small-607461-1-1';
const completed = (log: readonly StoredMessage[]) => find(log, 'run.completed.v1', RUN);

/** A better result, told by every event that carries it, with hashes that fit. */
function betterResult(log: readonly StoredMessage[]): StoredMessage[] {
  let forged: StoredMessage[] = [...log];
  for (const index of [find(log, 'workload-finished.v1', `${RUN}.load`), completed(log)]) {
    const summary = bodyOf(log[index] as StoredMessage)['summary'] as Record<string, unknown>;
    forged = edited(forged, index, { summary: { ...summary, tps: 99_999 } });
  }
  return rechained(forged);
}

function inserted(log: readonly StoredMessage[]): StoredMessage[] {
  const index = find(log, 'run.stage-started.v1', RUN);
  const one = log[index] as StoredMessage;
  const headers = { ...one.headers, 'ce-id': '00000000-0000-5000-8000-000000000000' };
  return rechained(renumbered(log.toSpliced(index + 1, 0, { ...one, headers })));
}

interface Row {
  readonly what: string;
  readonly log?: (log: readonly StoredMessage[]) => readonly StoredMessage[];
  readonly files?: (scene: Scene) => void | Promise<void>;
  /** At least these, each with the sequence or a part of the subject. */
  readonly found: readonly (readonly [FindingCode, number | string])[];
}

const folder = (of: Scene) => join(of.root, 'checkpoints', of.incarnation);
const second = (of: Scene) => join(folder(of), '00000002.json');
const fileOf = (of: Scene, name: string): string => {
  const names = readdirSync(of.artifacts, { recursive: true, encoding: 'utf8' });
  return join(of.artifacts, names.find((one) => one.includes(RUN) && one.endsWith(name)) ?? name);
};

const ROWS: readonly Row[] = [
  { what: 'flip a byte', log: (log) => flipped(log, 32, 40), found: [['HASH_MISMATCH', 33]] },
  {
    what: 'edit a result everywhere, hashes made anew',
    log: betterResult,
    found: [
      ['CHECKPOINT_MISMATCH', 24],
      ['CHECKPOINT_MISMATCH', 33],
    ],
  },
  {
    what: 'edit the result of the run alone, hashes made anew',
    log: (log) => {
      const summary = bodyOf(log[completed(log)] as StoredMessage)['summary'] as Record<string, unknown>;
      return rechained(edited(log, completed(log), { summary: { ...summary, tps: 1 } }));
    },
    found: [
      ['RESULT_DIFFERS', 33],
      ['CHECKPOINT_MISMATCH', 33],
    ],
  },
  {
    what: 'drop an event',
    log: (log) => log.toSpliced(completed(log), 1),
    found: [
      ['SEQUENCE_GAP', 34],
      ['CHAIN_BROKEN', 34],
      ['COUNTER_GAP', 34],
      ['TRANSITION_ILLEGAL', 34],
      ['CHECKPOINT_MISMATCH', 33],
    ],
  },
  {
    what: 'drop an event, stream and chain made anew',
    log: (log) => rechained(renumbered(log.toSpliced(find(log, 'node-provisioned.v1', RUN), 1))),
    found: [['CHECKPOINT_MISMATCH', 14]],
  },
  {
    what: 'drop the release of a block, made anew',
    log: (log) => rechained(renumbered(log.toSpliced(find(log, 'network.released.v1', RUN), 1))),
    found: [
      ['LEASE_OPEN', `evt.run.${RUN}`],
      ['CHECKPOINT_MISMATCH', 52],
    ],
  },
  {
    what: 'insert an event, stream and chain made anew',
    log: inserted,
    found: [['CHECKPOINT_MISMATCH', 7]],
  },
  {
    what: 'reorder two events of an aggregate',
    log: (log) => swapped(log, 18, 21),
    found: [
      ['OUT_OF_ORDER', 20],
      ['CHAIN_BROKEN', 22],
      ['TRANSITION_ILLEGAL', 22],
    ],
  },
  {
    what: 'reorder two events of two aggregates, stream made anew',
    log: (log) => renumbered(swapped(log, 33, 34)),
    found: [['CHECKPOINT_MISMATCH', 34]],
  },
  {
    what: 'put an effect before its cause, made anew',
    log: (log) => rechained(renumbered(swapped(log, 18, 19))),
    found: [
      ['CAUSE_LATER', 19],
      ['CHECKPOINT_MISMATCH', 19],
    ],
  },
  {
    what: 'duplicate an event',
    log: (log) => renumbered(log.toSpliced(33, 0, log[32] as StoredMessage)),
    found: [
      ['DUPLICATE_ID', 34],
      ['CHAIN_BROKEN', 34],
      ['CHECKPOINT_MISMATCH', 34],
    ],
  },
  {
    what: "forge an aggregate's last event",
    log: (log) => rechained(edited(log, find(log, 'suite.completed.v1', 'small-607461'), { runs: [] })),
    found: [['CHECKPOINT_MISMATCH', 'evt.suite.small-607461']],
  },
  {
    what: 'remove a whole aggregate',
    log: (log) => log.filter(({ subject }) => subject !== `evt.network.${RUN}`),
    found: [
      ['SEQUENCE_GAP', 11],
      ['AGGREGATE_MISSING', `evt.network.${RUN}`],
    ],
  },
  {
    what: 'remove a whole aggregate, stream made anew',
    log: (log) => renumbered(log.filter(({ subject }) => subject !== `evt.edge.${RUN}.pg`)),
    found: [['AGGREGATE_MISSING', `evt.edge.${RUN}.pg`]],
  },
  {
    what: 'plant a canary',
    files: ({ secrets }) => void secrets.add('canary', 'select-paced-canary'),
    log: (log) => edited(log, 2, { requestId: 'select-paced-canary' }),
    found: [['SECRET_FOUND', 3]],
  },
  {
    what: 'plant a canary beside the log',
    files: ({ secrets, beside }) => {
      secrets.add('canary', 'a-canary-in-a-line');
      const body = Buffer.from(JSON.stringify({ line: 'password=a-canary-in-a-line' }));
      beside['TELEMETRY'] = Readable.from([{ subject: `log.${RUN}.pg.postgres`, sequence: 7, headers: {}, body }]);
    },
    found: [['SECRET_FOUND', `log.${RUN}.pg.postgres`]],
  },
  {
    what: 'edit a latency in the raw output',
    files: (of) => {
      const path = fileOf(of, 'transactions.log.gz');
      const [first = '', ...rest] = gunzipSync(readFileSync(path)).toString().split('\n');
      writeFileSync(path, gzipSync([first.replace(/ \d+ /, ' 7 '), ...rest].join('\n')));
    },
    found: [['ARTIFACT_DIFFERS', 'evt.artifact.']],
  },
  {
    what: 'remove a file from the store',
    files: (of) => rmSync(fileOf(of, 'pgbench.stdout.txt')),
    found: [['ARTIFACT_MISSING', 28]],
  },
  {
    what: 'edit a checkpoint',
    files: (of) => writeFileSync(second(of), readFileSync(second(of), 'utf8').replace('"count":', '"count":1')),
    found: [['CHECKPOINT_INVALID', '00000002']],
  },
  {
    what: 'edit the list of events of a checkpoint',
    files: (of) => writeFileSync(second(of), readFileSync(second(of), 'utf8').replace('evt.run.', 'evt.ran.')),
    found: [['CHECKPOINT_INVALID', '00000002']],
  },
  {
    what: 'remove a checkpoint',
    files: (of) => rmSync(second(of)),
    found: [['CHECKPOINT_GAP', 'checkpoint 3']],
  },
  {
    what: 'sign all checkpoints anew with a key of my own',
    files: async (of) => {
      rmSync(folder(of), { recursive: true });
      await of.prepare(generateKeyPairSync('ed25519').privateKey);
    },
    found: [['CHECKPOINT_KEY_UNKNOWN', '00000001']],
  },
  {
    what: 'remove all checkpoints',
    files: (of) => rmSync(folder(of), { recursive: true }),
    found: [['CHECKPOINT_MISSING', 'evt.suite.small-607461']],
  },
];

/** An audit each: not of every event. */
const SAMPLE = 13;

const table: { mutation: string; found: string }[] = [];
afterAll(() => console.table(table));

describe('a recorded log', () => {
  it('is found intact', async () => {
    expect(await scene.audit()).toMatchObject({
      findings: [],
      events: 249,
      checkpoints: 5,
      covered: 248,
      artifacts: 14,
    });
    expect((await scene.audit(scene.log, 'log')).findings).toEqual([]);
  });

  it.each(ROWS)('after somebody chose to $what is found out', async ({ what, log, files, found }) => {
    await files?.(scene);
    const { findings } = await scene.audit(log?.(scene.log));
    const has =
      ([code, where]: Row['found'][number]) =>
      (one: Finding) =>
        one.code === code && (typeof where === 'number' ? one.sequence === where : one.subject.includes(where));
    for (const wanted of found)
      expect(findings.some(has(wanted)), `${wanted.join(' ')} in ${JSON.stringify(findings)}`).toBe(true);
    table.push({
      mutation: what,
      found: findings
        .slice(0, 6)
        .map((one) => `${one.code}@${one.sequence}`)
        .join(' '),
    });
  });

  it('is found out whichever byte of whichever event is flipped, and names that event', async () => {
    const { log } = scene;
    for (const [index, { body, sequence, subject }] of log.entries()) {
      if (index % SAMPLE !== 0) continue;
      const { findings } = await scene.audit(flipped(log, index, (index * 37) % body.length), 'log');
      expect(findings.filter((one) => one.sequence === sequence && one.subject === subject)).not.toEqual([]);
    }
  });

  it('is found out whichever event is dropped, however well the rest was made anew', async () => {
    const { log } = scene;
    for (let index = 0; index < log.length - 1; index += SAMPLE) {
      const forged = rechained(renumbered(log.toSpliced(index, 1)));
      const { findings } = await scene.audit(forged, 'log');
      const { sequence, subject } = log[index] as StoredMessage;
      expect(
        findings.some((one) => one.sequence === sequence && one.subject === subject),
        `${sequence}`,
      ).toBe(true);
    }
  });
});
