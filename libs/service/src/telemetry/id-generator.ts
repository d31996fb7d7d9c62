import { givenIds } from '@benchbus/events/given-ids';
import { node } from '@opentelemetry/sdk-node';

const random = new node.RandomIdGenerator();

/** Random ids, but where whoever starts a span gives it one (`withIds`). */
export const idGenerator: node.IdGenerator = {
  generateSpanId: () => givenIds()?.spanId ?? random.generateSpanId(),
  generateTraceId: () => givenIds()?.traceId ?? random.generateTraceId(),
};
