import { BenchbusError } from '@benchbus/events';
import { HatchetClient } from '@hatchet-dev/typescript-sdk';

export type Hatchet = ReturnType<typeof HatchetClient.init>;

/**
 * The client every worker uses, configured as the SDK's users know it (HATCHET_CLIENT_TOKEN, _HOST_PORT, _TLS_STRATEGY, …).
 * @throws BenchbusError HATCHET_TOKEN_MISSING
 */
export function connectHatchet(): Hatchet {
  if (!process.env['HATCHET_CLIENT_TOKEN']) {
    throw new BenchbusError({
      code: 'HATCHET_TOKEN_MISSING',
      message: 'no Hatchet engine is configured',
      where: 'HATCHET_CLIENT_TOKEN',
      hint: 'set HATCHET_CLIENT_TOKEN to a token of your Hatchet server, or start the embedded stack with `benchbus up`',
    });
  }
  return HatchetClient.init();
}
