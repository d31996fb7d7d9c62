import { metrics, type Counter } from '@opentelemetry/api';

let letters: Counter | undefined;

/** A message was parked. `code`: why. */
export function countLetter(by: { readonly service: string; readonly consumer: string }, code: string): void {
  letters ??= metrics.getMeter('benchbus').createCounter('benchbus.dead_letters', {
    description: 'Messages that nobody could handle, by consumer and reason',
    unit: '{message}',
  });
  letters.add(1, { consumer: by.consumer, code });
}
