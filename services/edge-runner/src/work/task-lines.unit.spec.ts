import { expect, test } from 'vitest';
import { createTaskLines, progressTeller } from './task-lines.ts';

test('each activity once when it begins, then at most once a minute', () => {
  const told: string[] = [];
  let now = 1_000_000;
  const progress = progressTeller(
    (line) => told.push(line),
    () => now,
  );
  progress({ activity: 'initialising scale 10', done: 0.1 });
  progress({ activity: 'initialising scale 10', done: 0.9 });
  for (let second = 1; second <= 130; second += 1) {
    now += 1000;
    progress({ activity: 'measuring', tps: 2440.4, done: second / 200 });
  }
  expect(told).toEqual([
    'initialising scale 10',
    'measuring',
    'measuring: 31 %, 2440 tps',
    'measuring: 61 %, 2440 tps',
  ]);
});

test('who listens no more hears nothing', () => {
  const { tell, listen } = createTaskLines();
  const heard: string[] = [];
  const stop = listen((line) => heard.push(line));
  tell('one');
  stop();
  tell('two');
  expect(heard).toEqual(['one']);
});
