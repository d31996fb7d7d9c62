import { problemOf } from '@benchbus/events';
import type { Logger } from 'pino';
import type { HatchetConfig } from '../config/index.ts';
import { probeEngine } from './probe-engine.ts';

/**
 * A service's first word with its engine: says in the log which one it is. An engine that is away is waited for by whoever
 * works with it; one that will never take us ends the start.
 * @throws BenchbusError HATCHET_TLS_* | HATCHET_TOKEN_REFUSED | HATCHET_NOT_AN_ENGINE
 */
export async function greetEngine(config: HatchetConfig, logger: Logger, timeoutMs: number): Promise<void> {
  try {
    logger.info({ engine: await probeEngine(config, timeoutMs) }, 'the Hatchet engine answers');
  } catch (error) {
    const problem = problemOf(error);
    if (problem.code !== 'HATCHET_UNREACHABLE') throw error;
    logger.warn(problem, problem.message);
  }
}
