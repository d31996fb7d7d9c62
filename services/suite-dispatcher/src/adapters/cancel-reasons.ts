import type { Hatchet } from '@benchbus/tasks';
import type { EngineRun } from '../application/engine.ts';

/** Look-ups in one comparison; what is left has its turn in the next. */
const AT_ONCE = 50;
/** A page must be asked for: without a limit the engine lists none. An execution has a handful of events for each of its retries. */
const EVENTS = { limit: 500, offset: 0 };
/** What the engine writes beside the cancel of a duplicate: both engines, in the same words. */
const BY_ENGINE = /concurrency strategy/i;

/** Tells who cancelled an execution, by its events in the engine; each is looked up until it is known, once. */
export function createCancelReasons(hatchet: Hatchet) {
  let known = new Map<string, EngineRun['cancelledBy']>();

  async function lookUp(engineRunId: string): Promise<EngineRun['cancelledBy']> {
    const { data } = await hatchet.api.v1TaskEventList(engineRunId, EVENTS);
    const cancels = (data.rows ?? []).filter(({ eventType }) => String(eventType) === 'CANCELLED');
    if (cancels.length === 0) return undefined; // the engine shows them later than the status
    return cancels.some((event) => BY_ENGINE.test(JSON.stringify(event))) ? 'engine' : 'somebody';
  }

  return {
    async of(rows: readonly EngineRun[]): Promise<EngineRun[]> {
      known = new Map(rows.flatMap(({ engineRunId: id }) => (known.get(id) ? [[id, known.get(id)] as const] : [])));
      const unknown = rows.filter(({ engineRunId }) => !known.has(engineRunId)).slice(0, AT_ONCE);
      for (const { engineRunId } of unknown) known.set(engineRunId, await lookUp(engineRunId));
      return rows.map((row) => {
        const cancelledBy = known.get(row.engineRunId);
        return cancelledBy === undefined ? row : { ...row, cancelledBy };
      });
    },
  };
}
