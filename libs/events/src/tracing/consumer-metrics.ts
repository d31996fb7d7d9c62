import { metrics, type Histogram, type UpDownCounter } from '@opentelemetry/api';

/** What became of a delivery: `again` = looked at again soon, `failed` = it comes back, `parked` = a dead letter. */
export type Outcome = 'done' | 'again' | 'failed' | 'parked';

/** In seconds: most handlers take milliseconds, a deployment minutes. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

let duration: Histogram | undefined;
let handling: UpDownCounter | undefined;

/**
 * Rate, errors and duration of a consumer in one: how often it counted, of which outcome, how long; and how many are in a handler now,
 * which is all that is seen of one that hangs. Returns what is to be called when the delivery is settled.
 */
export function measureDelivery(consumer: string): (outcome: Outcome) => void {
  // Made at the first use: a meter from before the SDK's start would be deaf for ever.
  const meter = metrics.getMeter('benchbus');
  duration ??= meter.createHistogram('benchbus.consumer.duration', {
    description: 'How long a consumer handled a delivery, by what became of it',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  handling ??= meter.createUpDownCounter('benchbus.consumer.handling', {
    description: 'Deliveries that a handler of the consumer works on now; what waits for another try is not among them',
    unit: '{message}',
  });
  const [begun, took, started] = [handling, duration, performance.now()];
  begun.add(1, { consumer });
  return (outcome) => {
    begun.add(-1, { consumer });
    took.record((performance.now() - started) / 1000, { consumer, outcome });
  };
}
