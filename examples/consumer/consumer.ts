import { connectBus, type AnyRecorded } from '@benchbus/events';

/** What is worth telling of an event; its name decides the type of its data. */
function describe(event: AnyRecorded): string {
  switch (event.name) {
    case 'SuiteAccepted':
      return `${event.data.runs.length} runs of ${event.data.suite.name}`;
    case 'RunStageStarted':
      return `${event.data.stage}, attempt ${event.data.attempt}, until ${event.data.deadline}`;
    case 'RunCompleted':
      return `${event.data.summary.tps.toFixed(1)} tps, p99 ${event.data.summary.latencyP99Ms} ms`;
    case 'RunFailed':
      return `${event.data.problem.code} in ${event.data.stage ?? 'no stage'}`;
    default:
      return '';
  }
}

const bus = await connectBus({
  servers: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222',
  name: 'example-consumer',
  source: '/examples/consumer',
  ensureStreams: false, // a reader makes nothing
});
process.once('SIGINT', () => void bus.close());
await bus.log.follow({
  subjects: ['evt.suite.>', 'evt.run.>'],
  from: 'start',
  onEvent: (event) => console.log(event.sequence, event.subject, event.name, describe(event)),
});
