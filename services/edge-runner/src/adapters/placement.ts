import { subjects, type EventBus, type Recorded } from '@benchbus/events';

/** The newest plan of the run's deployment; waits for it if the runner was quicker. @throws WaitTimeout */
export function placement(
  bus: EventBus,
  runId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Recorded<'PlacementPlanned'>> {
  const subject = subjects.deployment(runId);
  const probe = async () => {
    const history = await bus.log.read(subject);
    return history.filter((event) => event.name === 'PlacementPlanned').at(-1);
  };
  return bus.log.waitFor([subject], probe, { timeoutMs, signal, what: `PlacementPlanned of run ${runId}` });
}
