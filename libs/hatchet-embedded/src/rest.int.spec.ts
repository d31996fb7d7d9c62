import { ClientError, Status } from 'nice-grpc';
import { DispatcherDefinition } from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import { expect, test } from 'vitest';
import { createToken } from './auth/token.ts';
import { engineFixture } from './testing/fixture.ts';
import { rawClient } from './testing/raw.ts';
import { connect, uniqueName } from './testing/sdk.ts';

const fixture = engineFixture();

test('the run list filters by time, status, workflow and metadata, newest first, in pages', async () => {
  const { client, workers } = fixture();
  const good = client.task({ name: uniqueName('good'), fn: (input: { n: number }) => ({ n: input.n }) });
  const bad = client.task({
    name: uniqueName('bad'),
    fn: (): { never?: true } => {
      throw new Error('bad');
    },
  });
  await workers.start([good, bad]);
  const tag = crypto.randomUUID();
  const before = new Date();
  for (const n of [1, 2, 3]) await good.run({ n }, { additionalMetadata: { tag, n: String(n) } });
  await bad.run({}, { additionalMetadata: { tag } }).catch(() => undefined);

  const all = await client.runs.list({ additionalMetadata: { tag } });
  expect(all.rows.map((row) => row.status)).toEqual(['FAILED', 'COMPLETED', 'COMPLETED', 'COMPLETED']);
  expect(all.rows[1]).toMatchObject({
    output: { n: 3 },
    type: 'TASK',
    additionalMetadata: { tag, n: '3' },
    workflowName: good.name,
    attempt: 1,
  });
  const failed = await client.runs.list({ additionalMetadata: { tag }, statuses: ['FAILED'] as never });
  expect(failed.rows.map((row) => row.errorMessage)).toEqual([expect.stringContaining('bad')]);
  const byWorkflow = await client.runs.list({ workflowNames: [good.name], additionalMetadata: { tag } });
  expect(byWorkflow.rows).toHaveLength(3);
  const page = await client.runs.list({ workflowNames: [good.name], offset: 2, limit: 2 });
  expect(page.rows.map((row) => row.output)).toEqual([{ n: 1 }]);
  expect(page.pagination).toEqual({ current_page: 2, next_page: 3, num_pages: 2 });
  expect((await client.runs.list({ additionalMetadata: { tag }, until: new Date(before.getTime() - 1) })).rows).toEqual(
    [],
  );
  expect((await client.runs.list({ additionalMetadata: { tag }, since: new Date(Date.now() + 60_000) })).rows).toEqual(
    [],
  );
});

test('run details have the run, its task, its events and its shape', async () => {
  const { client, workers } = fixture();
  const task = client.task({ name: uniqueName('Shown'), fn: () => ({ ok: true }) });
  await workers.start([task]);
  const ref = await task.runNoWait({ a: 1 } as object);
  await ref.output;
  const id = await ref.getWorkflowRunId();
  const details = await client.runs.get(id);
  expect(details.run).toMatchObject({ status: 'COMPLETED', output: { ok: true }, metadata: { id } });
  expect(details.tasks).toHaveLength(1);
  expect(details.shape).toMatchObject([{ taskExternalId: id, childrenStepIds: [] }]);
  // Events are listed by the page; without a limit there is none, as in the real engine.
  const last = await client.api.v1TaskEventList(id, { limit: 1, offset: 0 });
  expect(last.data.rows?.map(({ eventType }) => String(eventType))).toEqual(['FINISHED']);
  expect((await client.api.v1TaskEventList(id)).data.rows).toEqual([]);
  const types = details.taskEvents.map((event) => event.eventType);
  expect(types).toEqual(expect.arrayContaining(['CREATED', 'QUEUED', 'ASSIGNED', 'SENT_TO_WORKER', 'FINISHED']));
  expect(await client.runs.getTaskExternalId(id)).toBe(id);
});

test('workers and workflows are listed', async () => {
  const { client, workers } = fixture();
  const task = client.task({ name: uniqueName('listed'), fn: () => ({}) });
  const worker = await workers.start([task], { slots: 3, labels: { zone: 'z1', memory: 8 } });
  const rows = (await client.workers.list()).rows ?? [];
  const mine = rows.find((row) => row.name === worker.name);
  expect(mine).toMatchObject({ status: 'ACTIVE', slotConfig: { default: { available: 3, limit: 3 } } });
  expect(mine?.labels?.map(({ key, value }) => [key, value])).toEqual([
    ['zone', 'z1'],
    ['memory', '8'],
  ]);
  const workflow = await client.workflows.get(task.name);
  expect(workflow.name).toBe(task.name);
});

test('what is not there answers 404, what is not supported 501, nonsense 400', async () => {
  const { engine } = fixture();
  const headers = { authorization: `Bearer ${engine.token}` };
  const ask = async (path: string): Promise<number> => (await fetch(`${engine.restUrl}${path}`, { headers })).status;
  expect(await ask(`/api/v1/stable/workflow-runs/${crypto.randomUUID()}`)).toBe(404);
  expect(await ask(`/api/v1/tenants/${engine.tenantId}/rate-limits`)).toBe(501);
  expect(await ask(`/api/v1/stable/tenants/${engine.tenantId}/workflow-runs?since=yesterday`)).toBe(400);
});

test('REST refuses a missing token, a foreign one, and another tenant', async () => {
  const { engine } = fixture();
  const path = `${engine.restUrl}/api/v1/tenants/${engine.tenantId}`;
  const status = async (url: string, authorization?: string): Promise<number> =>
    (await fetch(url, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await status(path)).toBe(401);
  expect(await status(path, 'Bearer a.b.c')).toBe(403);
  expect(await status(path, `Bearer ${createToken(engine, 'a stranger')}`)).toBe(403);
  expect(await status(`${engine.restUrl}/api/v1/tenants/${crypto.randomUUID()}`, `Bearer ${engine.token}`)).toBe(403);
  expect(await status(path, `Bearer ${engine.token}`)).toBe(200);
});

test('gRPC refuses a missing and a foreign token', async () => {
  const { engine } = fixture();
  for (const token of [undefined, 'a.b.c', createToken(engine, 'a stranger'), `${engine.token}x`]) {
    const { client, channel } = rawClient(engine, token, DispatcherDefinition);
    const error: unknown = await client.getVersion({}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ClientError);
    expect((error as ClientError).code).toBe(Status.UNAUTHENTICATED);
    channel.close();
  }
});

test('the SDK with a foreign token cannot trigger', async () => {
  const { engine } = fixture();
  const stranger = connect({ ...engine, token: createToken(engine, 'a stranger') });
  const task = stranger.task({ name: uniqueName('foreign'), fn: () => ({}) });
  await expect(task.run({})).rejects.toThrow(/UNAUTHENTICATED/);
});

test('a message above 4 MiB is refused, one below passes', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('large'),
    fn: (input: { text: string }) => ({ length: input.text.length }),
  });
  await workers.start([task]);
  const length = 3 * 1024 * 1024;
  expect(await task.run({ text: 'x'.repeat(length) })).toEqual({ length });
  await expect(task.run({ text: 'x'.repeat(5 * 1024 * 1024) })).rejects.toThrow();
});

test('input that is not JSON, and a priority out of range, are refused', async () => {
  const { client, workers } = fixture();
  const task = client.task({ name: uniqueName('checked'), fn: () => ({}) });
  await workers.start([task]);
  await expect(task.run({}, { priority: 9 as never })).rejects.toThrow(/priority must be 1 to 3/);
});
