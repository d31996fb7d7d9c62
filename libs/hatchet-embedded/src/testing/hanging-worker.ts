import { connect } from './sdk.ts';

/** A worker process whose task hangs on its first attempt; the test kills it. */
const env = (name: string): string => process.env[name] ?? '';
const client = connect({ token: env('TOKEN'), grpcAddress: env('GRPC_ADDRESS'), restUrl: env('REST_URL') });
const task = client.task({
  name: env('TASK'),
  fn: async () => {
    console.log('TASK-STARTED');
    await new Promise(() => undefined);
    return {};
  },
});
const worker = await client.worker('hanging', { workflows: [task] });
await worker.start();
