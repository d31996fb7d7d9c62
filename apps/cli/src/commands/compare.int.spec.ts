import type { AnyDraft, Draft, EventBus } from '@benchbus/events';
import { connectBus } from '@benchbus/events';
import type { TestNatsServer } from '@benchbus/events/testing';
import { startNatsServer } from '@benchbus/events/testing';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boardLog } from '../testing/board-log.ts';
import { summary } from '../testing/recorded.ts';
import { runOn } from '../testing/run-on.ts';

let nats: TestNatsServer;
let bus: EventBus;
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
  await suite('old', [1000, 1010, 990, 1005]);
  await suite('same', [1002, 1008, 995, 1000]);
  await suite('slow', [900, 905, 895, 902]);
  await suite('once', [1000]);
  await suite('nothing', []);
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

/** A suite whose runs measured these throughputs. */
async function suite(suiteId: string, measured: readonly number[]): Promise<void> {
  const { add, events, suite: accept } = boardLog();
  accept(suiteId, Math.max(1, measured.length));
  for (const [index, tps] of measured.entries()) {
    const run = `${suiteId}-1-${index + 1}`;
    const proven = { 'setting.shared_buffers': suiteId === 'slow' ? '32MB' : '64MB', address: `127.64.0.${index}` };
    add('DatabaseReady', `evt.edge.${run}.pg`, 0, { attempt: 1, serverVersion: '15.18', proven });
    add('RunCompleted', `evt.run.${run}`, 0, { summary: { ...summary, tps }, artifacts: [] });
  }
  for (const { name, subject, data, id } of events) {
    const draft = { name, subject, data, cause: `${suiteId}-${id}`, correlation: suiteId } as AnyDraft;
    await bus.log.append(draft as Draft, (await bus.log.read(subject)).at(-1)?.sequence ?? 0);
  }
}

const compare = (...args: string[]) => runOn(nats, 'compare', ...args);

test('a slower suite is worse: exit code 1, with the ratio, its interval and what differs', async () => {
  const { exitCode, out } = await compare('old', 'slow', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    tests: [
      {
        test: 'baseline',
        verdict: 'worse',
        primary: {
          name: 'tps',
          a: { count: 4, median: 1002.5 },
          interval: { ratio: expect.closeTo(0.9, 2) as number },
        },
        differences: [{ where: 'environment.nodes.pg.setting.shared_buffers', a: '64MB', b: '32MB' }],
      },
    ],
  });
  const text = await compare('old', 'slow');
  expect(text.out).toMatch(/baseline {2}worse/);
  expect(text.out).toMatch(
    /tps +1,003 tps ±0\.9 % \(n=4\) +901 tps ±0\.5 % \(n=4\) +-10\.\d % \[-1\d\.\d %, -\d\.\d %\]/,
  );
  expect(text.out).toMatch(/setting\.shared_buffers +64MB +32MB/);
});

test('the same within the margin, better, too few runs: exit code 0', async () => {
  expect(await compare('old', 'same')).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/baseline {2}same/) as string,
  });
  expect((await compare('slow', 'old')).out).toMatch(/baseline {2}better/);
  expect(await compare('old', 'slow', '--fail-on', '20%')).toMatchObject({ exitCode: 0 });
  const { exitCode, out } = await compare('old', 'once');
  expect(exitCode).toBe(0);
  expect(out).toContain('inconclusive (4 and 1 runs: 3 on each side are the least that tell their spread)');
});

test('as Markdown, and as JUnit that a parser reads', async () => {
  const { out } = await compare('old', 'slow', '--format', 'markdown');
  expect(out).toContain('### baseline: worse');
  expect(out).toMatch(/\| \*\*tps\*\* \| 1,003 tps/);
  const parser = new XMLParser({ ignoreAttributes: false });
  const report = await compare('old', 'slow', '--format', 'junit');
  expect(report.exitCode).toBe(1);
  expect(parser.parse(report.out)).toMatchObject({
    testsuites: {
      testsuite: {
        '@_failures': '1',
        testcase: {
          '@_name': 'baseline',
          failure: { '@_type': 'worse', '@_message': expect.stringContaining('5 %') as string },
        },
      },
    },
  });
  expect(parser.parse((await compare('old', 'once', '--format', 'junit')).out)).toMatchObject({
    testsuites: { testsuite: { '@_failures': '0', '@_skipped': '1' } },
  });
});

test('what cannot be compared is said, with what to do', async () => {
  expect(await compare('old', 'nothing')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('NOTHING_TO_COMPARE') as string,
  });
  expect((await compare('old/other', 'old')).err).toContain('tests with completed runs: baseline');
  expect((await compare('old', 'nobody')).err).toContain('SUITE_UNKNOWN');
  expect((await compare('old', 'slow', '--fail-on', '5')).err).toContain('5%');
  expect((await compare('old', 'slow', '--format', 'pdf')).exitCode).toBe(2);
});
