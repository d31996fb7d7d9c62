import { isDeepStrictEqual } from 'node:util';
import { subjects, type AnyRecorded } from '@benchbus/events';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { decideRun } from '../domain/decide-run.ts';
import { intake } from '../domain/intake.ts';
import { suiteIsOver } from '../domain/suite-state.ts';
import { LoggedStory } from '../testing/logged-story.ts';
import { othersAnswer, suiteOf } from '../testing/story.ts';
import { createReactor } from './reactor.ts';
import { openSuiteIndex } from './suite-index.ts';

const SUITE = 'suite';
const logger = pino({ level: 'silent' });

/** Where a run breaks off. */
const BREAKS = ['never', 'network', 'database'] as const;
type Break = (typeof BREAKS)[number];

/** A dispatcher's reactor, its engine, and all others around a log. */
async function world(breaks: readonly Break[], parallelism: number) {
  const story = new LoggedStory();
  const suite = suiteOf(breaks.length, {}, parallelism);
  story.append(intake({ id: 'request', suiteId: SUITE }, { ok: true, suite } as never));
  const index = await openSuiteIndex(story.log);
  const started = new Set<string>();
  const engine = {
    start: (_suite: string, runId: string) => Promise.resolve(void started.add(runId)),
    stop: () => Promise.resolve(),
  };
  const clock = () => story.now;
  const reactor = createReactor({ bus: story, index, engine, logger, releaseTimeoutMs: 1_000, clock });
  const [accepted] = story.events;
  const runs = accepted?.name === 'SuiteAccepted' ? accepted.data.runs.map(({ runId }) => runId) : [];

  /** Whoever is asked says no. */
  const breaksOff = (runId: string, at: Break | undefined): boolean => {
    const { run, network, edges } = story.view(runId);
    const no = { attempt: 1, problem: { code: 'BROKEN', message: 'it is' } };
    if (at === 'network' && run.networkRequested && network.size === 0)
      return !!story.fact('NetworkRejected', subjects.network(runId), no);
    if (at === 'database' && run.stages.database && !edges.get('pg')?.database.has(1))
      return !!story.fact('DatabaseFailed', subjects.edge(runId, 'pg'), no);
    return false;
  };
  /** The run's task in the engine, or another service, does the next step of the run, if there is one. */
  const step = (which: number): boolean => {
    const runId = runs[which % runs.length] ?? '';
    const view = story.view(runId);
    if (!view.run.queued) return false;
    if (started.has(runId)) {
      const around = {
        now: story.now,
        targets: new Set(['local']),
        lost: new Set<string>(),
        settled: new Set<string>(),
      };
      const next = decideRun(view, { ...around, cancelling: false } as never);
      if (next.kind === 'append') return !!story.append(next.draft);
    }
    return breaksOff(runId, breaks[which % runs.length]) || othersAnswer(story, runId);
  };
  /** What the index has is what the log comes to: read anew, and folded. */
  const replayed = async (): Promise<boolean> => {
    const own = story.events.findLast(({ subject }) => /^evt\.(suite|run)\./.test(subject));
    await index.reached(own?.sequence ?? 0);
    const fresh = await openSuiteIndex(story.log);
    await fresh.stop();
    const folded = suiteIsOver(story.suite()) ? undefined : story.suite();
    return isDeepStrictEqual(index.get(SUITE), folded) && isDeepStrictEqual(fresh.get(SUITE), folded);
  };
  return { story, reactor, runs, step, replayed, stop: () => index.stop() };
}

/**
 * Plays the suite to its end; returns what each aggregate came to. `choices` say which message is delivered next, to how many
 * replicas' worth of turns at once, or who else acts first; without them every message is delivered once and in order.
 */
async function play(breaks: readonly Break[], parallelism: number, choices?: readonly number[]): Promise<string> {
  const { story, reactor, runs, step, replayed, stop } = await world(breaks, parallelism);
  const pending: AnyRecorded[] = [];
  let told = 0;
  for (let turn = 0; ; turn += 1) {
    for (const event of story.events.slice(told)) pending.push(...(choices === undefined ? [event] : [event, event]));
    told = story.events.length;
    const choice = choices?.[turn % choices.length] ?? 0;
    if (choice % 3 === 1 && step(choice)) continue;
    const batch = pending.splice(0, 0);
    for (let many = 0; many <= choice % 2 && pending.length > 0; many += 1)
      batch.push(...pending.splice(choice % pending.length, 1));
    await Promise.all(batch.map((event) => reactor.onEvent(event)));
    if (turn === choices?.[0]) expect(await replayed()).toBe(true);
    if (batch.length === 0 && !runs.map((_, which) => step(which)).some(Boolean)) break;
  }
  await reactor.stop();
  expect(await replayed()).toBe(true);
  await stop();
  // All runs of a story claim one artifact, which whoever comes first stores.
  const facts = story.events.filter(({ subject }) => !subject.startsWith('evt.artifact.'));
  const bySubject = facts.toSorted((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
  return bySubject.map(({ subject, name, data, id }) => JSON.stringify({ subject, name, id, data })).join('\n');
}

it(
  'shuffled and doubled, the facts of a suite lead to the very log that ordered ones do; replay equals live (2,000 orders)',
  { timeout: 180_000 },
  async () => {
    const ordered = new Map<string, string>();
    const breaks = fc.array(fc.constantFrom(...BREAKS), { minLength: 1, maxLength: 2 });
    const choices = fc.array(fc.nat(99), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(breaks, fc.integer({ min: 1, max: 2 }), choices, async (plan, parallelism, order) => {
        const key = `${plan.join()} ${parallelism}`;
        const expected = ordered.get(key) ?? (await play(plan, parallelism));
        ordered.set(key, expected);
        expect(await play(plan, parallelism, order)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    // The histories reach their ends.
    const logs = [...ordered.values()];
    for (const end of ['SuiteCompleted', 'SuiteFailed']) expect(logs.some((log) => log.includes(end))).toBe(true);
    expect(logs.every((log) => log.includes('RunReleased'))).toBe(true);
  },
);
