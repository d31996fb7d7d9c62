import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { Connection } from '@benchbus/suites';
import { probeFiles, READY } from '../commit-probe/files.ts';
import { probeProgram } from '../commit-probe/program.ts';
import { environmentOf } from '../commit-probe/settings.ts';
import { detachedStep, type StepEnd } from '../runtime/process/detached-step.ts';
import { stepFiles } from '../runtime/process/step-files.ts';
import type { WorkloadContext } from '../workloads/plugin.ts';
import type { LoadFaults } from './load-faults.ts';

/** Of a probe whose runner is gone for good. */
const SLACK_MS = 600_000;

export const probeDir = ({ dir }: Pick<WorkloadContext, 'dir'>) => join(dir, 'commit-probe');

export interface RunningProbe {
  /** Its first row is committed. @throws BenchbusError COMMIT_PROBE_FAILED */
  readonly ready: Promise<void>;
  /** Has it read its rows back, and waits for that. @throws BenchbusError COMMIT_PROBE_FAILED */
  readonly stop: () => Promise<void>;
  /** Resolves when it runs no longer, or the runner stops. */
  readonly gone: Promise<unknown>;
}

async function failed(dir: string, how: string): Promise<BenchbusError> {
  const said = await readFile(stepFiles(dir).stderr, 'utf8').catch(() => '');
  const last = said.split('\n').filter((line) => line !== '' && line !== READY);
  return new BenchbusError({
    code: 'COMMIT_PROBE_FAILED',
    message: [`the commit probe ${how}`, ...last.slice(-5)].join('\n'),
    where: 'commit probe',
    hint: 'without it nobody can tell which acknowledged commits were lost: did a server take writes at the end?',
  });
}

const outcome = (end: StepEnd): string => (end.kind === 'vanished' ? 'was killed' : `ended with ${end.code}`);

/**
 * Starts the commit probe of an attempt, or goes on with it: a step of its own, beside the load tool, that outlives the runner.
 * Ends with the signal, unless only the runner stops.
 */
export function startProbe(
  of: LoadFaults,
  context: WorkloadContext,
  connection: Connection,
  durationMs: number,
  signal: AbortSignal,
): RunningProbe {
  const dir = probeDir(context);
  const { labels, steps: host, graceMs, mayCreate, password } = context;
  const { limits, servers, attempt } = of;
  const settings = {
    ...{ servers, attempt, password, user: connection.user, database: connection.database },
    sslmode: connection.parameters?.['sslmode'] ?? 'prefer',
    ...{ everyMs: limits.commitEveryMs, answerMs: limits.commitAnswerMs, readBackMs: limits.readBackMs },
    until: new Date(Date.now() + durationMs + SLACK_MS),
  };
  const isReady = Promise.withResolvers<void>();
  const program = probeProgram();
  const env = { ...labels, ...program.env, ...environmentOf(settings) };
  const user = host.ownUser(context.user);
  const onLine = (line: string) => {
    if (line === READY) isReady.resolve();
  };
  const ended = detachedStep({ dir, argv: [...program.argv], env, user, host, graceMs, mayCreate, onLine }, signal);
  ended.catch(() => undefined);
  const first = AbortSignal.timeout(limits.readBackMs);
  const ready = Promise.race([
    isReady.promise,
    ended.then(async (end) => {
      // Over already, of an attempt that is only read now.
      if (end.kind !== 'exited' || end.code !== 0) throw await failed(dir, `${outcome(end)} before its first row`);
    }),
    new Promise<never>((_, reject) => {
      first.addEventListener('abort', () => void failed(dir, 'committed no row in time').then(reject), { once: true });
    }),
  ]);
  ready.catch(() => undefined);
  return {
    ready,
    gone: ended.catch(() => undefined),
    stop: async () => {
      await writeFile(probeFiles(dir).stop, '');
      const end = await ended;
      if (end.kind !== 'exited' || end.code !== 0) throw await failed(dir, outcome(end));
    },
  };
}
