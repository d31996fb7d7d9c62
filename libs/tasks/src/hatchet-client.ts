import { BenchbusError } from '@benchbus/events';
import { HatchetClient } from '@hatchet-dev/typescript-sdk';
import type { Logger } from 'pino';
import { sdkLogger } from './sdk-logger.ts';

export type Hatchet = ReturnType<typeof HatchetClient.init>;

/**
 * The client every worker uses, configured as the SDK's users know it (HATCHET_CLIENT_TOKEN, _HOST_PORT, _TLS_STRATEGY, …).
 * What the SDK says goes to `logger`, as child `hatchet` (LOG_MAPPING knows it by that name).
 * @throws BenchbusError HATCHET_TOKEN_MISSING
 */
export function connectHatchet(logger: Logger): Hatchet {
  if (!process.env['HATCHET_CLIENT_TOKEN']) {
    throw new BenchbusError({
      code: 'HATCHET_TOKEN_MISSING',
      message: 'no Hatchet engine is configured',
      where: 'HATCHET_CLIENT_TOKEN',
      hint: 'set HATCHET_CLIENT_TOKEN to a token of your Hatchet server, or start the embedded stack with `benchbus up`',
    });
  }
  return HatchetClient.init({ logger: sdkLogger(logger.child({ name: 'hatchet' })) });
}
