import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchbusError } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { Place } from './domain/docker-problems.ts';
import { imageMissing } from './domain/docker-problems.ts';
import { pullProblem } from './domain/pull-problem.ts';
import { loginFor, readClientConfig } from './credentials.ts';
import type { RegistryLogin } from './credentials.ts';
import type { Engine } from './engine.ts';
import { failureOf } from './engine.ts';
import { parseImage } from './image-reference.ts';
import { linesOf } from './lines.ts';
import { PullProgress, pullLineOf } from './pull-progress.ts';

export const PULL_POLICIES = ['missing', 'always', 'never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

export interface PullOptions {
  readonly policy: PullPolicy;
  /** More tries after the first, where another may go better. */
  readonly retries: number;
  /** Before the first retry; doubles. */
  readonly backoffMs: number;
  /** Of one try. */
  readonly timeoutMs: number;
}

export interface PullRequest extends Place {
  readonly image: string;
  readonly signal: AbortSignal;
  /** @param done 0 to 1, where known */
  readonly onProgress: (activity: string, done: number | undefined) => void;
}

async function isThere(engine: Engine, image: string): Promise<boolean> {
  return (
    (await engine.askIfThere({ doing: `look for image ${image}` }, () => engine.docker.getImage(image).inspect())) !==
    undefined
  );
}

/** One try: resolves when the engine has it. The engine goes on with a pull nobody listens to; so it ends with its request. */
async function pullOnce(engine: Engine, request: PullRequest, login: RegistryLogin | undefined, timeoutMs: number) {
  const { image, onProgress } = request;
  const { repository, registry, tag } = parseImage(image);
  const fromImage = registry === 'docker.io' ? repository : `${registry}/${repository}`;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  const stream = (await engine.docker.createImage(login, { fromImage, tag, abortSignal: signal })) as Readable;
  const progress = new PullProgress();
  const end = () => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const text of linesOf(stream)) {
      const line = pullLineOf(text);
      if (line?.error !== undefined) throw new Error(line.error);
      if (line !== undefined) onProgress(`pulling ${image}`, progress.add(line));
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/**
 * Makes sure that the engine has the image, by the policy.
 * @throws BenchbusError IMAGE_MISSING | IMAGE_PULL_DENIED | IMAGE_PULL_FAILED | DISK_FULL | DOCKER_UNREACHABLE, or the signal's reason
 */
export async function ensureImage(engine: Engine, request: PullRequest, options: PullOptions): Promise<void> {
  const { image, signal, onProgress } = request;
  const { policy, retries, backoffMs, timeoutMs } = options;
  const there = policy === 'always' ? false : await isThere(engine, image);
  if (there) return;
  if (policy === 'never')
    throw new BenchbusError(imageMissing(image, request, 'and BENCHBUS_PULL_POLICY=never forbids to pull it'));
  const { registry } = parseImage(image);
  const login = loginFor(readClientConfig(process.env), registry);
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      await namedEffect('image-pull', () => pullOnce(engine, request, login, timeoutMs));
      return;
    } catch (error) {
      signal.throwIfAborted();
      const { problem, mayPass } = pullProblem(image, registry, failureOf(error).message, request);
      if (!mayPass || attempt >= retries) throw new BenchbusError(problem, { cause: error });
      onProgress(`pulling ${image} again: ${problem.message}`, undefined);
      await delay(backoffMs * 2 ** attempt, undefined, { signal });
    }
  }
}
