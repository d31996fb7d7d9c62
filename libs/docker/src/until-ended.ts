import { setTimeout as delay } from 'node:timers/promises';
import { type Engine, isGone } from './engine.ts';

const RETRY_MS = 500;

/**
 * Resolves when a container does not run any more, or is gone: the engine tells. An engine that goes away (a restart) is asked
 * again as long as it answers within its time.
 * @throws BenchbusError DOCKER_UNREACHABLE | the signal's reason
 */
export async function untilContainerEnded(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  const container = engine.docker.getContainer(id);
  for (;;) {
    signal.throwIfAborted();
    try {
      await container.wait({ condition: 'not-running', abortSignal: signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (isGone(error)) return;
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    await engine.ask({ doing: 'answer' }, () => engine.docker.ping());
  }
}
