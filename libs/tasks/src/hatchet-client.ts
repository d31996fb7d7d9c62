import { BenchbusError } from '@benchbus/events';
import hatchetSdk from '@hatchet-dev/typescript-sdk';

export type Hatchet = ReturnType<typeof hatchetSdk.HatchetClient.init>;

/**
 * The client every worker uses, configured as the SDK's users know it (HATCHET_CLIENT_TOKEN, _HOST_PORT, _TLS_STRATEGY, …).
 * @throws BenchbusError HATCHET_TOKEN_MISSING
 */
export function connectHatchet(env: NodeJS.ProcessEnv = process.env): Hatchet {
  if (!env['HATCHET_CLIENT_TOKEN']) {
    throw new BenchbusError({
      code: 'HATCHET_TOKEN_MISSING',
      message: 'no Hatchet engine is configured',
      where: 'HATCHET_CLIENT_TOKEN',
      hint: 'set HATCHET_CLIENT_TOKEN to a token of your Hatchet server, or start the embedded stack with `benchbus up`',
    });
  }
  return hatchetSdk.HatchetClient.init();
}
