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
  await executeOrFail(execute, { runId: RUN, log: bus.log, retryMs: 1, signal, logger });
  const history = await bus.log.read(subjects.run(RUN));
  await bus.close();
  return { tries, failed: history.flatMap((event) => (event.name === 'RunFailed' ? [event.data.problem.code] : [])) };
}

const tooLarge = () => new BenchbusError({ code: 'EVENT_TOO_LARGE', message: 'large' }, { permanent: true });

it('what another try may mend is tried again', async () => {
  const away = new BenchbusError({ code: 'NATS_UNREACHABLE', message: 'away' });
  expect(await executing([away, new Error('away')])).toEqual({ tries: 3, failed: [] });
});

it.each([
  ['a permanent error', tooLarge(), 'EVENT_TOO_LARGE'],
  ['a defect', new TypeError('undefined is not a function'), 'INTERNAL'],
])('%s fails the run with its code at the first try', async (_what, error, code) => {
  expect(await executing([error])).toEqual({ tries: 1, failed: [code] });
});
