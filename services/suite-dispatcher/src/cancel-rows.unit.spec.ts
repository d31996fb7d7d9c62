import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { subjects } from '@benchbus/events';
import { documentedRows, namesIn, rowTests, type DocumentedRow } from '@benchbus/service/testing';
import { describe, expect, it } from 'vitest';
import { CancelPlay, SUITE, WAIT_MS } from './testing/cancel-play.ts';
import { suiteOf } from './testing/story.ts';

const REPO = fileURLToPath(new URL('../../../', import.meta.url));
const CANCEL = join(REPO, 'docs/reference/cancel.md');
const KEPT = { keep: { when: 'always', forMs: 3_600_000 } } as const;
const PROBLEM = { code: 'DATABASE_BROKEN', message: 'it does not start' };

/** A suite whose request was handled. */
function accepted(...args: Parameters<typeof suiteOf>): CancelPlay {
  const play = new CancelPlay(suiteOf(...args));
  play.deliver(play.publish('SuiteRequested'));
  return play;
}

/** What the dispatcher logs after the cancel, against the row; everything that was asked for is given back. */
function expectAfterCancel(play: CancelPlay, row: DocumentedRow): void {
  const before = play.story.events.length;
  play.cancel();
  play.settle();
  const after = play.story.events.slice(before).filter(({ subject }) => /^evt\.(suite|run)\./.test(subject));
  expect(after.map(({ name }) => name)).toEqual(namesIn(row['events']));
  expectAllReleased(play);
}

function expectAllReleased({ names }: CancelPlay): void {
  const count = (name: string) => names.filter((one) => one === name).length;
  expect(count('NetworkReleased')).toBe(count('RunNetworkRequested'));
  expect(count('DeploymentDestroyed')).toBe(count('RunDeploymentRequested'));
}

describe('cancel in every state, as decisions', () => {
  const { row, everyRow } = rowTests(CANCEL, import.meta.filename);

  row('long-before-the-request', (cells) => {
    const play = new CancelPlay(suiteOf(1));
    const cancel = play.publish('SuiteCancelRequested');
    play.story.now += WAIT_MS + 1;
    const request = play.publish('SuiteRequested');
    // Whoever is handled first, and again and again.
    for (const one of [cancel, request, cancel, request]) play.deliver(one);
    expect(play.names).toEqual(namesIn(cells['events']));
    expect(cancel.name === 'SuiteCancelRequested' && play.cancelStep(cancel)).toEqual({ kind: 'unknown' });
  });

  row('accepted', (cells) => {
    const play = accepted(1);
    expect(play.names).toEqual(['SuiteAccepted']);
    expectAfterCancel(play, cells);
  });

  row('queued', (cells) => {
    const play = accepted(1);
    play.reactor();
    expect(play.names).toEqual(['SuiteAccepted', 'RunQueued']);
    expectAfterCancel(play, cells);
  });

  row('queued-behind-parallelism', (cells) => {
    const play = accepted(2);
    play.settle({ until: () => play.names.includes('DeploymentReady') });
    expect(play.story.suite().runs.get(play.runIds[1] ?? '')?.stages).toEqual({});
    expectAfterCancel(play, cells);
  });

  row('failed-and-kept', (cells) => {
    const play = accepted(1, KEPT);
    const [runId = ''] = play.runIds;
    play.settle({ until: () => play.story.view(runId).run.stages.database !== undefined });
    play.story.fact('DatabaseFailed', subjects.edge(runId, 'pg'), { attempt: 1, problem: PROBLEM });
    play.settle();
    expect(play.names.at(-1)).toBe('RunFailed');
    expectAfterCancel(play, cells);
    const end = play.story.events.at(-1);
    expect(end?.name === 'SuiteCancelled' && end.data.runs[0]?.problem).toEqual(PROBLEM);
  });

  row('release-overdue', (cells) => {
    const play = accepted(1);
    const [runId = ''] = play.runIds;
    play.settle({ until: () => play.names.includes('RunReleaseRequested') });
    play.story.now += 60_000;
    play.release(runId);
    expect(play.names.at(-1)).toBe('RunReleaseOverdue');
    const before = play.story.events.length;
    play.cancel();
    play.reactor();
    expect(play.names.slice(before)).toEqual(namesIn(cells['events']));
    // The janitor goes on.
    play.settle();
    expectAllReleased(play);
    expect(play.names.at(-1)).toBe('RunReleased');
  });

  row('several-runs', (cells) => {
    const play = accepted(3, KEPT);
    const [kept = '', working = '', queued = ''] = play.runIds;
    play.settle({ until: () => play.story.view(working).run.stages.workload !== undefined });
    expect(play.story.view(kept).run.ended?.name).toBe('RunCompleted');
    expect(play.story.view(queued).run.stages).toEqual({});
    expectAfterCancel(play, cells);
    const end = play.story.events.at(-1);
    const outcomes = end?.name === 'SuiteCancelled' ? end.data.runs.map(({ outcome }) => outcome) : [];
    expect(outcomes).toEqual(['completed', 'cancelled', 'cancelled']);
  });

  everyRow();
});

describe(`suite ${SUITE}: the table and its tests`, () => {
  it('every row names a file of tests that exists and holds its rows against the table', () => {
    const rows = documentedRows(readFileSync(CANCEL, 'utf8'));
    expect(rows.length).toBeGreaterThan(20);
    expect(new Set(rows.map((row) => row['id'])).size).toBe(rows.length);
    const folders = ['services/suite-dispatcher/src', 'test/e2e/src'].map((folder) => join(REPO, folder));
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => [name, join(folder, name)] as const));
    for (const row of rows) {
      const [name = ''] = namesIn(row['test']);
      const found = files.find(([file]) => file === name);
      expect(found, `${row['id']}: ${name}`).toBeDefined();
      expect(readFileSync(found?.[1] ?? '', 'utf8')).toContain('everyRow();');
    }
  });
});
