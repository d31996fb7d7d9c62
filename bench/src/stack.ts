import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectBus, subjects } from '@benchbus/events';
import { suiteUnderTest } from './suite-under-test.ts';

const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** `benchbus up` in a state folder of its own, with a client. */
export async function startStack() {
  const stateDir = await mkdtemp(join(tmpdir(), 'benchbus-bench-'));
  const up = spawn(process.execPath, [CLI, 'up'], {
    env: { ...process.env, BENCHBUS_STATE_DIR: stateDir, NO_COLOR: '1' },
    detached: true,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const lines = createInterface(up.stderr);
  const ended = once(up, 'exit').then(() => Promise.reject(new Error('benchbus up ended')));
  const ready = (async () => {
    for await (const line of lines) if (line.startsWith('ready')) return;
  })();
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  const { natsUrl } = JSON.parse(await readFile(join(stateDir, 'run/stack.json'), 'utf8')) as { natsUrl: string };
  const bus = await connectBus({ servers: natsUrl, name: 'bench', source: 'benchbus/bench' });

  return {
    /** Publishes the suite under test and waits for its terminal event. */
    async runSuite(suiteId: string): Promise<void> {
      const subject = subjects.suite(suiteId);
      await bus.request('SuiteRequested', suiteId, { suite: suiteUnderTest });
      const end = await bus.log.waitFor(
        [subject],
        async () => (await bus.log.read(subject)).find((event) => event.name !== 'SuiteAccepted'),
        { what: suiteId, timeoutMs: 120_000 },
      );
      if (end.name !== 'SuiteCompleted') throw new Error(`${suiteId}: ${JSON.stringify(end.data)}`);
    },
    async stop(): Promise<void> {
      await bus.close();
      up.kill('SIGINT');
      if (up.exitCode === null) await once(up, 'exit');
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
