import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

/** A program with an IPC channel that watches for interrupts, and no longer. */
const program = (before: string) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { watchInterrupts } from ${JSON.stringify(new URL('interrupts.ts', import.meta.url).href)};
       ${before}
       process.on('beforeExit', () => process.connected && process.send('nothing to do'));
       watchInterrupts().dispose();
       process.send('watched');`,
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );

it('a program that was launched with a channel ends when its work is done', async () => {
  const child = program('');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('one that lives by its channel goes on to, as the worker of a test runner', async () => {
  const child = program("process.on('message', () => process.send('still here'));");
  expect((await once(child, 'message'))[0]).toBe('watched');
  child.send('are you?');
  expect((await once(child, 'message'))[0]).toBe('still here');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
