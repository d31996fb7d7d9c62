import { meter } from '@benchbus/service';

type Observe = Parameters<ReturnType<typeof meter>['addBatchObservableCallback']>[0];

/**
 * Tells, each time metrics are sent, how old the last moment is at which all of the log was signed, and how often that is to be. A log in
 * which nothing happens gets no new checkpoint, and is signed all the same. Of several replicas one suffices: take the minimum.
 * Returns how to stop that.
 */
export function observeCheckpoints(ageMs: () => number, everyMs: number): () => void {
  const age = meter().createObservableGauge('benchbus.checkpoint.age', {
    description: 'How long ago a signed checkpoint covered all that the log had then',
    unit: 's',
  });
  const interval = meter().createObservableGauge('benchbus.checkpoint.interval', {
    description: 'How often the log is signed at least (BENCHBUS_CHECKPOINT_EVERY_MS)',
    unit: 's',
  });
  const observe: Observe = (result) => {
    result.observe(age, ageMs() / 1000);
    result.observe(interval, everyMs / 1000);
  };
  meter().addBatchObservableCallback(observe, [age, interval]);
  return () => meter().removeBatchObservableCallback(observe, [age, interval]);
}
