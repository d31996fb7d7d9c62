import type { JetStreamManager } from '@nats-io/jetstream';
import { metrics, type BatchObservableResult } from '@opentelemetry/api';

/**
 * Tells, each time metrics are sent, what a durable consumer has before it (`pending`: messages nobody was handed yet), and in
 * hand (`ack_pending`: handed out and not acknowledged; what waits for another try is among it).
 * All replicas tell the same: take the maximum, not the sum. Returns how to stop that.
 */
export function observeConsumer(jsm: JetStreamManager, stream: string, consumer: string): () => void {
  const meter = metrics.getMeter('benchbus');
  const pending = meter.createObservableGauge('benchbus.consumer.pending', {
    description: 'Messages of a consumer that nobody was handed yet',
    unit: '{message}',
  });
  const ackPending = meter.createObservableGauge('benchbus.consumer.ack_pending', {
    description:
      'Messages of a consumer that were handed out and are not acknowledged: in work, or waiting for another try',
    unit: '{message}',
  });
  const observe = async (result: BatchObservableResult): Promise<void> => {
    try {
      const { num_pending, num_ack_pending } = await jsm.consumers.info(stream, consumer);
      result.observe(pending, num_pending, { consumer });
      result.observe(ackPending, num_ack_pending, { consumer });
    } catch {
      // A server that is away has no lag to tell: the gauge ends, which is what an alert sees.
    }
  };
  const observed = [pending, ackPending];
  meter.addBatchObservableCallback(observe, observed);
  return () => meter.removeBatchObservableCallback(observe, observed);
}
