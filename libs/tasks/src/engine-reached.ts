import { BenchbusError, isPermanent } from '@benchbus/events';
import type { Logger } from 'pino';
import { GRPC, grpcCode } from './grpc-code.ts';
import type { Hatchet } from './hatchet-client.ts';
import { insist } from './insist.ts';

export interface ReachingOptions {
  readonly hatchet: Hatchet;
  readonly logger: Logger;
  /** Between two tries, in ms. */
  readonly retryMs: number;
  readonly signal: AbortSignal;
  /**
   * How long it has to refuse the token, and answer nothing else, until that is believed, in ms. Default 0: at once. An
   * engine whose own database does not answer refuses every token.
   */
  readonly refusedAfterMs?: number;
}

const REFUSALS: readonly (number | undefined)[] = [GRPC.permissionDenied, GRPC.unauthenticated];

/**
 * Resolves once the engine answers, however long it is away. The cheapest call there is, and one the SDK does not try eight times.
 * @throws BenchbusError HATCHET_TOKEN_REFUSED | the signal's reason
 */
export async function engineReached(options: ReachingOptions): Promise<void> {
  const { hatchet, logger, retryMs, signal, refusedAfterMs = 0 } = options;
  let refusedSince: number | undefined;
  const ask = async (): Promise<void> => {
    try {
      await hatchet.dispatcher.getVersion();
    } catch (error) {
      if (REFUSALS.includes(grpcCode(error))) {
        refusedSince ??= performance.now();
        throw performance.now() - refusedSince >= refusedAfterMs ? refused(error) : error;
      }
      refusedSince = undefined;
      // An engine from before this call: the SDK knows what to do with it.
      if (grpcCode(error) !== GRPC.unimplemented) throw error;
    }
  };
  const where = hatchet.config.host_port;
  let missed = 0;
  await insist(ask, {
    retryMs,
    signal,
    isFinal: isPermanent,
    onError(error, tries) {
      missed = tries;
      const problem = { code: 'HATCHET_UNREACHABLE', where, retryMs, err: error };
      if (tries === 1) logger.warn(problem, 'the Hatchet engine does not answer; tried until it does');
      else logger.debug({ ...problem, tries }, 'the Hatchet engine still does not answer');
    },
  });
  if (missed > 0) logger.info({ where, tries: missed + 1 }, 'the Hatchet engine answers again');
}

const refused = (cause: unknown): BenchbusError =>
  new BenchbusError(
    {
      code: 'HATCHET_TOKEN_REFUSED',
      message: `the Hatchet engine refuses the token: ${cause instanceof Error ? cause.message : String(cause)}`,
      where: 'HATCHET_CLIENT_TOKEN',
      hint: 'is it a token of this engine, of the right tenant, and neither expired nor revoked?',
    },
    { cause, permanent: true },
  );
