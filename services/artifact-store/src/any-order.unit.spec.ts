import { subjects, type AnyRecorded } from '@benchbus/events';
import { PlainLog } from '@benchbus/events/testing';
import { exampleRunSettings, exampleTest } from '@benchbus/suites/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Backend } from './adapters/backend.ts';
import { ArtifactStore } from './artifact-store.ts';
import { dueAt, retain, type Retention } from './domain/retention.ts';
import { uploadOf } from './testing/store-world.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const logger = pino({ level: 'silent' });
const uploads = ['one', 'two', 'three'].map((text) => ({ text, upload: uploadOf('run', text) }));

/** A place whose files are a map: real folders are too slow for thousands of histories. */
function mapBackend(): Backend & { readonly files: Set<string> } {
  const files = new Set<string>();
  return {
    files,
    verifiesAtOnce: () => true,
    keys: async () => [],
    offer: async () => ({ upload: { url: 'http://store/', headers: {} } }),
    putTogether: async () => undefined,
    link: async () => ({ url: 'http://store/', headers: {} }),
    verify: async (key) => (files.has(key) ? 'same' : 'absent'),
    delete: async (key) => void files.delete(key),
    unfinished: async () => [],
    abandon: async () => undefined,
  };
}

type Step = { readonly which: number; readonly turns: number };

/** Every upload is asked for and sent, as often and as late as `steps` say; then what is due expires, as often. */
async function outcome(steps: readonly Step[]) {
  const log = new PlainLog(() => NOW);
  const settings = exampleRunSettings({ artifacts: { retentionMs: 1_000 } });
  const data = { suiteId: 'suite', index: 0, repeat: 1, test: exampleTest(), settings };
  await log.append({ name: 'RunQueued', subject: subjects.run('run'), data, cause: 'c', correlation: 'suite' }, 0);
  const live: Retention = new Map();
  const following = await log.follow({ from: 'start', onEvent: (event) => void retain(live, event) });
  const backend = mapBackend();
  const store = new ArtifactStore({ log, backend, logger, maxBytes: 1_000, maxMismatches: 3, now: () => NOW });
  const late = async (turns: number) => {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  };
  const all = (work: (step: Step) => Promise<unknown>) =>
    Promise.all(steps.map(async (step) => (await late(step.turns), work(step))));
  await all(async ({ which }) => {
    const one = uploads[which];
    if (one === undefined || (await store.offer(one.upload)).upload === undefined) return;
    await store.take(one.upload, async (key) => void backend.files.add(key));
  });
  const fold = (events: readonly AnyRecorded[]) => events.reduce<Retention>(retain, new Map());
  expect(live).toEqual(fold(log.events));
  const stored = [...backend.files].sort();
  const due = dueAt(live, NOW + 1_000);
  await all(async ({ which }) => {
    const one = due[which % due.length];
    if (one) await store.expire(one.artifactId, one.key);
  });
  for (const { artifactId, key } of due) await store.expire(artifactId, key);
  expect(live).toEqual(fold(log.events));
  await following.stop();
  const facts = uploads.map(({ upload }) =>
    log.events
      .filter(({ subject }) => subject === subjects.artifact(upload.claim.artifactId))
      .map(({ id, name, data: said }) => ({ id, name, data: said })),
  );
  return { stored, facts, left: backend.files.size, open: live.size };
}

it(
  'uploads and expiries, doubled and in any order, come to the very facts of ordered ones; replay equals live (2,000 orders)',
  { timeout: 180_000 },
  async () => {
    const every = uploads.map((_, which) => ({ which, turns: 0 }));
    const expected = await outcome(every);
    expect(expected.facts.map((facts) => facts.map(({ name }) => name))).toEqual(
      uploads.map(() => ['ArtifactStored', 'ArtifactExpired']),
    );
    const extra = fc.array(fc.record({ which: fc.nat(2), turns: fc.nat(60) }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(extra, fc.array(fc.nat(60), { minLength: 3, maxLength: 3 }), async (more, turns) => {
        const steps = [...more, ...every.map((step, index) => ({ ...step, turns: turns[index] ?? 0 }))];
        expect(await outcome(steps)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  },
);
