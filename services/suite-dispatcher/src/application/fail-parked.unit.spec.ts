import { subjects, type ParkedLetter } from '@benchbus/events';
import { expandRuns } from '@benchbus/suites';
import { expect, it } from 'vitest';
import { busOf } from '../testing/bus-of.ts';
import { suiteOf } from '../testing/story.ts';
import { failParked } from './fail-parked.ts';

const suite = suiteOf(2);
const runs = expandRuns('s', suite);
const [first = '', second = ''] = runs.map(({ runId }) => runId);

const letterOf = (subject: string, body = '{}'): ParkedLetter => ({
  id: '0123abcd',
  stream: 'EVENTS',
  sequence: 9,
  subject,
  headers: {},
  body: new TextEncoder().encode(body),
  problem: { code: 'REDELIVERIES_EXHAUSTED', message: 'in vain' },
  stack: '',
  attempts: 20,
});

it.each([
  ['a run', letterOf(subjects.run(first)), [first]],
  ['its network', letterOf(subjects.network(first)), [first]],
  ['its deployment', letterOf(subjects.deployment(second)), [second]],
  ['its artifact', letterOf(subjects.artifact('a1'), `{"runId":"${second}"}`), [second]],
  ['its suite', letterOf(subjects.suite('s')), [first, second]],
  ['an artifact that says nothing', letterOf(subjects.artifact('a1'), 'rubbish'), []],
  ['a host', letterOf(subjects.host('h')), []],
])('of a parked fact of %s the runs fail, once', async (_what, letter, failed) => {
  const bus = await busOf('s', suite);
  await failParked(letter, bus.log);
  await failParked(letter, bus.log);
  for (const { runId } of runs) {
    const names = (await bus.log.read(subjects.run(runId))).map(({ name }) => name);
    expect(names).toEqual(failed.includes(runId) ? ['RunQueued', 'RunFailed'] : ['RunQueued']);
  }
  await bus.close();
});
