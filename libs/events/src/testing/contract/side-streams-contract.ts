import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EventBus, SideStream } from '../../bus/event-bus.ts';
import type { ContractHarness } from '../contract-harness.ts';

export function sideStreamsContract(harness: () => ContractHarness): void {
  const bodies = async (bus: EventBus, stream: SideStream, part: string) => {
    const found: string[] = [];
    let before = 0;
    for await (const { sequence, body } of bus.readStream(stream)) {
      expect(sequence).toBeGreaterThan(before);
      before = sequence;
      const text = new TextDecoder().decode(body);
      if (text.includes(part)) found.push(text);
    }
    return found;
  };

  test('are read as they stand, what was erased is gone, and what comes later is not waited for', async () => {
    const bus = await harness().open();
    const mark = randomUUID();
    expect(await bodies(bus, 'REQUESTS', mark)).toEqual([]);
    for (const reason of [`first ${mark}`, `second ${mark}`, `third ${mark}`])
      await bus.request('SuiteCancelRequested', mark, { reason });
    const [, , third] = await bus.requestsOf(mark);
    await bus.forgetRequest(third?.request.sequence ?? 0);
    const found = await bodies(bus, 'REQUESTS', mark);
    expect(found.map((text) => /first|second|third/.exec(text)?.[0])).toEqual(['first', 'second']);

    const caughtUp = Promise.withResolvers<void>();
    const runId = randomUUID();
    await bus.telemetry.watchLog({ runId }, { onLine: () => caughtUp.resolve() });
    bus.telemetry.log({ runId, node: 'pg', container: 'postgres', time: '', line: `a line with ${mark}` });
    await caughtUp.promise;
    expect(await bodies(bus, 'TELEMETRY', mark)).toHaveLength(1);
    expect(await bodies(bus, 'DEADLETTERS', mark)).toEqual([]);
  });
}
