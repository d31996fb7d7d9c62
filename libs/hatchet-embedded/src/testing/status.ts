import { expect, vi } from 'vitest';
import type { Client } from './sdk.ts';

/** Waits until the run has this status. */
export async function untilStatus(client: Client, id: string, status: string, timeout = 20_000): Promise<void> {
  await vi.waitFor(async () => expect(await client.runs.get_status(id)).toBe(status), { timeout, interval: 50 });
}

/** Event types of a run, oldest first. */
export async function eventTypes(client: Client, id: string): Promise<string[]> {
  const { taskEvents } = await client.runs.get(id);
  return taskEvents.map((event) => String(event.eventType)).toReversed();
}
