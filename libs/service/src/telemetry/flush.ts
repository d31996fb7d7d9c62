const HOOK = Symbol.for('benchbus.telemetry.shutdown');
type Global = typeof globalThis & { [HOOK]?: () => Promise<void> };

/** Left by the register file, which is loaded before and apart from the service. */
export function setTelemetryShutdown(shutdown: () => Promise<void>): void {
  (globalThis as Global)[HOOK] = shutdown;
}

/** Sends what spans and metrics are left; does nothing when telemetry is off. Never fails the caller. */
export async function shutdownTelemetry(): Promise<void> {
  const shutdown = (globalThis as Global)[HOOK];
  // An unreachable collector must not keep a service from ending well.
  await shutdown?.().catch(() => undefined);
}
