import { BenchbusError, subjects } from '@benchbus/events';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { busOf } from '../testing/bus-of.ts';
import { suiteOf } from '../testing/story.ts';
import { executeOrFail } from './execute-or-fail.ts';

const RUN = 's-1-1';

async function executing(errors: unknown[]) {
  const bus = await busOf('s', suiteOf(1));
  let tries = 0;
  const execute = (): Promise<void> => {
    tries += 1;
    return errors.length > 0 ? Promise.reject(errors.shift() as Error) : Promise.resolve();
  };
  const { signal } = new AbortController();
  const logger = pino({ level: 'silent' });
  let now = 0;
  const clock = () => (now += 400);
  await executeOrFail(execute, { runId: RUN, log: bus.log, retryMs: 1, defectAfterMs: 1_000, clock, signal, logger });
  const history = await bus.log.read(subjects.run(RUN));
  await bus.close();
  return { tries, failed: history.flatMap((event) => (event.name === 'RunFailed' ? [event.data.problem.code] : [])) };
}

const tooLarge = () => new BenchbusError({ code: 'EVENT_TOO_LARGE', message: 'large' }, { permanent: true });

it('what another try may mend is tried again', async () => {
  const away = new BenchbusError({ code: 'NATS_UNREACHABLE', message: 'away' });
  expect(await executing([away, new Error('away')])).toEqual({ tries: 3, failed: [] });
});

it('a permanent error fails the run with its code at the first try', async () => {
  expect(await executing([tooLarge()])).toEqual({ tries: 1, failed: ['EVENT_TOO_LARGE'] });
});

const defect = () => new TypeError('undefined is not a function');

it('the same TypeError again and again is a defect, and fails the run', async () => {
  expect(await executing(Array.from({ length: 9 }, defect))).toEqual({ tries: 3, failed: ['INTERNAL'] });
});

it('a TypeError that passes, or is another each time, is what a library throws while its connection is away', async () => {
  const away = new Error('away');
  const errors = [defect(), defect(), away, defect(), new TypeError('no stream'), defect()];
  expect(await executing(errors)).toEqual({ tries: 7, failed: [] });
});
