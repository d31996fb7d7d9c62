import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { artifactLink, connectBus, subjects, type WorkloadSummary } from '@benchbus/events';
import { METRICS_FILE, parseMetrics, type MetricsTable } from '@benchbus/results';

const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

export interface SuiteRun {
  readonly summary: WorkloadSummary;
  /** What was seen each second; undefined: no such artifact. */
  readonly metrics: MetricsTable | undefined;
}

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

  const contentOf = async (artifactId: string): Promise<string> => {
    const { url } = await bus.questions.ask(artifactLink, { artifactId });
    return gunzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).toString();
  };

  return {
    /** Publishes a suite of one test, waits for its terminal event, and returns what was measured. */
    async runSuite(suiteId: string, suite: object): Promise<SuiteRun> {
      const subject = subjects.suite(suiteId);
      await bus.request('SuiteRequested', suiteId, { suite });
      const end = await bus.log.waitFor(
        [subject],
        async () => (await bus.log.read(subject)).find((event) => event.name !== 'SuiteAccepted'),
        { what: suiteId, timeoutMs: 120_000 },
      );
      if (end.name !== 'SuiteCompleted') throw new Error(`${suiteId}: ${JSON.stringify(end.data)}`);
      const runId = end.data.runs[0]?.runId ?? '';
      const completed = (await bus.log.read(subjects.run(runId))).find(({ name }) => name === 'RunCompleted');
      if (completed?.name !== 'RunCompleted') throw new Error(`${suiteId}: no result`);
      const { summary, artifacts } = completed.data;
      const found = artifacts.find(({ name }) => name === METRICS_FILE);
      const metrics = found && parseMetrics(await contentOf(found.artifactId));
      return { summary, metrics };
    },
    async stop(): Promise<void> {
      await bus.close();
      up.kill('SIGINT');
      if (up.exitCode === null) await once(up, 'exit');
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
