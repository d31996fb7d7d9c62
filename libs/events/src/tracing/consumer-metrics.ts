import { metrics, type Histogram } from '@opentelemetry/api';

/** What became of a delivery: `again` = a timer that waits on, `failed` = it comes back, `parked` = a dead letter. */
export type Outcome = 'done' | 'again' | 'failed' | 'parked';

/** In seconds: most handlers take milliseconds, a deployment minutes. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

let duration: Histogram | undefined;

/** Rate, errors and duration of a consumer in one: how often it counted, of which outcome, how long. */
export function recordDelivery(consumer: string, outcome: Outcome, seconds: number): void {
  // Made at the first use: a meter from before the SDK's start would be deaf for ever.
  duration ??= metrics.getMeter('benchbus').createHistogram('benchbus.consumer.duration', {
    description: 'How long a consumer handled a delivery, by what became of it',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  duration.record(seconds, { consumer, outcome });
}
