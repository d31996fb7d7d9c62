import type { Address } from '../engines/engine.ts';
import { connect } from '../runner/sdk.ts';

/** A worker of `CONFORMANCE_TASK` whose every attempt hangs; whoever started it kills it. */
const address = JSON.parse(process.env['CONFORMANCE_ADDRESS'] ?? '') as Address;
const client = connect(address);
const task = client.task({
  name: process.env['CONFORMANCE_TASK'] ?? '',
  executionTimeout: '5m',
  fn: async () => {
    console.log('BUSY');
    await new Promise(() => undefined);
    return {};
  },
});
const worker = await client.worker('conformance-hanging', { workflows: [task], handleKill: false });
const running = worker.start();
await worker.waitUntilReady();
console.log('LISTENING');
await running;
