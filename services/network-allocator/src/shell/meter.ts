/** What the loop tells of its work, for metrics. */
export interface AllocatorMeter {
  /** One append was tried. `conflict`: another replica was first. */
  tried(event: string, outcome: 'appended' | 'conflict' | 'failed'): void;
  /** A run got its network, `ms` after it had asked. Told by the replica that reserved it. */
  reserved(ms: number, target: string): void;
}

export const noMeter: AllocatorMeter = { tried: () => undefined, reserved: () => undefined };
