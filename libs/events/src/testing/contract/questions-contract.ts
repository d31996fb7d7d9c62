import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { BenchbusError } from '../../bus/errors.ts';
import type { Progress } from '../../bus/telemetry.ts';
import { collector, type ContractHarness } from '../contract-harness.ts';

const question = () => ({
  name: `test.${randomUUID()}`,
  ask: z.strictObject({ n: z.number() }),
  answer: z.strictObject({ doubled: z.number() }),
});

export function questionsContract(harness: () => ContractHarness): void {
  test('an answer', async () => {
    const [asker, answerer] = await Promise.all([harness().open(), harness().open()]);
    const double = question();
    const answering = await answerer.questions.answer(double, async ({ n }) => ({ doubled: 2 * n }));
    expect(await asker.questions.ask(double, { n: 21 })).toEqual({ doubled: 42 });
    await answering.stop();
    await expect(asker.questions.ask(double, { n: 1 })).rejects.toMatchObject({ code: 'NO_ANSWER', nobody: true });
  });

  test('on a subject of its own, which the answerer is told', async () => {
    const [asker, answerer] = await Promise.all([harness().open(), harness().open()]);
    const who = `test-${randomUUID()}`;
    const named = { name: who, ask: z.strictObject({}), answer: z.strictObject({ asked: z.string() }) };
    await answerer.questions.answer({ ...named, subject: `${who}.*.*` }, async (_data, { subject }) => ({
      asked: subject,
    }));
    expect(await asker.questions.ask({ ...named, subject: `${who}.r1.pg` }, {})).toEqual({ asked: `${who}.r1.pg` });
    await expect(asker.questions.ask({ ...named, subject: `${who}.r1` }, {})).rejects.toMatchObject({ nobody: true });
  });

  test('a refusal carries its problem', async () => {
    const bus = await harness().open();
    const picky = question();
    const problem = { code: 'TOO_ODD', message: 'no odd numbers', where: 'n', hint: 'double it' };
    await bus.questions.answer(picky, async ({ n }) => {
      if (n === 1) throw new BenchbusError(problem);
      if (n === 3) throw new Error('a bug');
      return { doubled: 'two' as never };
    });
    await expect(bus.questions.ask(picky, { n: 1 })).rejects.toMatchObject({ name: 'QuestionRefused', problem });
    await expect(bus.questions.ask(picky, { n: 3 })).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(bus.questions.ask(picky, { n: 'x' as never })).rejects.toMatchObject({ code: 'QUESTION_INVALID' });
    await expect(bus.questions.ask(picky, { n: 2 })).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
  });

  test('no answer in time', async () => {
    const bus = await harness().open();
    const slow = question();
    const release = Promise.withResolvers<{ doubled: number }>();
    await bus.questions.answer(slow, () => release.promise);
    const answer = bus.questions.ask(slow, { n: 1 }, { timeoutMs: 30 });
    await expect(answer).rejects.toMatchObject({ code: 'NO_ANSWER', nobody: false });
    release.resolve({ doubled: 2 });
  });

  test('progress reaches those who watch; bad telemetry harms nobody', async () => {
    const [watcher, publisher] = await Promise.all([harness().open(), harness().open()]);
    const runId = randomUUID();
    const one = collector<Progress>();
    const all = collector<Progress>();
    const watching = await watcher.telemetry.watchProgress(runId, one.add);
    await watcher.telemetry.watchProgress('*', (progress) => {
      if (progress.runId === runId) all.add(progress);
    });
    const progress = { runId, node: 'load', time: new Date().toISOString(), activity: 'measuring', tps: 12.5 };
    publisher.telemetry.log({ runId, node: 'a.b c', container: '>', time: progress.time, line: 'x' });
    publisher.telemetry.progress({ ...progress, runId: randomUUID() });
    publisher.telemetry.progress(progress);
    expect(await one.until((items) => items.length === 1)).toEqual([progress]);
    expect(await all.until((items) => items.length === 1)).toEqual([progress]);
    await watching.stop();
  });
}
