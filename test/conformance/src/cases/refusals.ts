import { strict as assert } from 'node:assert';
import type { Case } from '../runner/case.ts';
import { connect } from '../runner/sdk.ts';

/** A token of the right form for the same tenant, signed by nobody. */
function forged(token: string): string {
  const [header = '', payload = ''] = token.split('.');
  return `${header}.${payload}.${Buffer.from('forged').toString('base64url')}`;
}

/** The HTTP status of what a REST call rejects with. */
async function httpStatus(call: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { response?: { status?: number } } | undefined)?.response?.status;
}

export const refusals: readonly Case[] = [
  {
    name: 'refusals/unknown-workflow',
    expectation:
      'starting a workflow nobody registered starts nothing: it is refused, or the id it gets is of no run (404)',
    async run(t) {
      const task = t.client.task({ name: t.name('nobody'), fn: () => ({}) });
      const started = await task.runNoWait({}).then(
        (ref) => ref.getWorkflowRunId(),
        (error: unknown) => void assert.match(String(error), /not found|not registered/i),
      );
      if (started !== undefined)
        await t.until(async () => assert.equal(await httpStatus(t.client.runs.get(started)), 404));
    },
  },
  {
    name: 'refusals/wrong-token-grpc',
    expectation: 'a wrong token is refused over gRPC as UNAUTHENTICATED',
    async run(t) {
      const stranger = connect({ ...t.address, token: forged(t.address.token) });
      await assert.rejects(stranger.dispatcher.getVersion(), /UNAUTHENTICATED/);
      const task = stranger.task({ name: t.name('refused'), fn: () => ({}) });
      await assert.rejects(stranger.worker(t.name('worker'), { workflows: [task] }), /UNAUTHENTICATED/);
    },
  },
  {
    name: 'refusals/wrong-token-rest',
    expectation: 'a wrong token is refused over REST with 401 or 403',
    async run(t) {
      const stranger = connect({ ...t.address, token: forged(t.address.token) });
      const status = await httpStatus(stranger.workers.list());
      assert.ok(status === 401 || status === 403, `status ${String(status)}`);
    },
  },
  {
    name: 'refusals/other-tenant-rest',
    expectation: "another tenant's data are refused over REST",
    async run(t) {
      const status = await httpStatus(t.client.api.workerList('00000000-0000-4000-8000-000000000000'));
      assert.ok(status !== undefined && [401, 403, 404].includes(status), `status ${String(status)}`);
    },
  },
  {
    name: 'refusals/unknown-run-rest',
    expectation: 'an unknown run is 404 over REST',
    async run(t) {
      assert.equal(await httpStatus(t.client.runs.get('00000000-0000-4000-8000-000000000000')), 404);
    },
  },
];
