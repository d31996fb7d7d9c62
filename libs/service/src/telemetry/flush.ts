import type { Sdk } from './start-sdk.ts';

const HOOK = Symbol.for('benchbus.telemetry.sdk');
type Global = typeof globalThis & { [HOOK]?: Sdk };

/** Left by the register file, which is loaded before and apart from the service. */
export function setSdk(sdk: Sdk): void {
  (globalThis as Global)[HOOK] = sdk;
}

/** Sends what spans have ended; does nothing when telemetry is off. Never fails the caller. */
export async function flushTelemetry(): Promise<void> {
  await (globalThis as Global)[HOOK]?.flush().catch(() => undefined);
}

/** Sends what spans and metrics are left; does nothing when telemetry is off. Never fails the caller. */
export async function shutdownTelemetry(): Promise<void> {
  // An unreachable collector must not keep a service from ending well.
  await (globalThis as Global)[HOOK]?.shutdown().catch(() => undefined);
}
