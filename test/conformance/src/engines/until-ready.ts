import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../runner/sdk.ts';
import type { Address } from './engine.ts';

const INTERVAL_MS = 200;

/** What the engine says it is, over gRPC. */
export const engineVersion = (address: Address): Promise<string> => connect(address).dispatcher.getVersion();

/**
 * Waits until REST and gRPC answer. Asks again and again: an engine that is starting can tell nobody.
 * @throws Error after `timeoutMs`, with what the last question met
 */
export async function untilReady(address: Address, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const client = connect(address);
  for (;;) {
    try {
      await client.tenant.get();
      await client.dispatcher.getVersion();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`the engine at ${address.hostPort} does not answer`, { cause: error });
    }
    await delay(INTERVAL_MS);
  }
}
