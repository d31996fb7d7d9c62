import { connectBus, decideAndAppend, subjects } from '@benchbus/events';

/**
 * A small edge runner in a container, for this service's tests: says EdgeRunnerReady, then does nothing until it is ended.
 * `--fail` ends at once with an error, `--silent` never says ready. It is copied into an image of the real runner.
 */
const env = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const mode = process.argv[2] ?? '';
if (mode === '--fail') {
  process.stderr.write(`the fixture fails on purpose; its password is ${env('BENCHBUS_DB_PASSWORD')}\n`);
  process.exit(3);
}
const [runId, node] = [env('BENCHBUS_RUN'), env('BENCHBUS_NODE')];
const instance = `${process.env['HOSTNAME'] ?? ''}-${process.hrtime.bigint()}`;
const bus = await connectBus({
  servers: env('NATS_URL'),
  name: `fixture-${runId}-${node}`,
  source: 'benchbus/fixture',
});
await bus.liveness.hold(`edge.${runId}.${node}`, { instance });
const subject = subjects.edge(runId, node);
if (mode !== '--silent')
  await decideAndAppend(bus.log, subject, () => ({
    name: 'EdgeRunnerReady',
    subject,
    data: { runId, node, instance, version: '0' },
    cause: `${env('BENCHBUS_FENCE')} ${instance}`,
    correlation: env('BENCHBUS_SUITE'),
  }));
process.stdout.write('fixture is ready\n');
