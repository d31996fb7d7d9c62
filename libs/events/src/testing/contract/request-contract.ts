import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AnyRequest, DeadLetter } from '../../bus/consume.ts';
import { subjects } from '../../bus/subjects.ts';
import { collector, type ContractHarness } from '../contract-harness.ts';

const TYPE = 'io.benchbus.suite.requested.v1';

const ce = (more: Record<string, string> = {}): Record<string, string> => ({
  'ce-specversion': '1.0',
  'ce-id': 'id%201',
  'ce-type': TYPE,
  'ce-source': '/somebody',
  ...more,
});

export function requestContract(harness: () => ContractHarness): void {
  const setUp = async () => {
    const suiteId = randomUUID();
    const name = `requests-${suiteId}`;
    const bus = await harness().open({ name: 'dispatcher' });
    const requests = collector<AnyRequest>();
    const parked = collector<DeadLetter>();
    await bus.consumeRequests({
      name,
      subjects: [subjects.request(suiteId)],
      handle: async (request) => requests.add(request),
      onParked: async (letter) => parked.add(letter),
    });
    const send = (headers: Record<string, string>, body: string | Uint8Array) =>
      harness().publishRaw(subjects.request(suiteId), headers, body);
    return { bus, suiteId, requests, parked, send, name };
  };

  test('the client of the library', async () => {
    const { bus, suiteId, requests } = await setUp();
    const { id } = await bus.request('SuiteCancelRequested', suiteId, { reason: 'dépêche-toi' });
    // The same request again, after a lost answer, is one request.
    await bus.request('SuiteCancelRequested', suiteId, { reason: 'dépêche-toi' }, { id });
    await bus.request('SuiteReleaseRequested', suiteId, { runId: 'r1' });
    await requests.until((items) => items.length === 2);
    expect(requests.items).toMatchObject([
      { name: 'SuiteCancelRequested', suiteId, id, data: { reason: 'dépêche-toi' } },
      { name: 'SuiteReleaseRequested', suiteId, data: { runId: 'r1' } },
    ]);
  });

  test('what was asked of one suite can be read back, in order, without the rubbish', async () => {
    const { bus, suiteId, send } = await setUp();
    expect(await bus.requestsOf(suiteId)).toEqual([]);
    const before = Date.now();
    const cancel = await bus.request('SuiteCancelRequested', suiteId, { reason: 'too early' });
    await send({}, 'rubbish');
    await bus.request('SuiteRequested', randomUUID(), { suite: 'another' });
    const asked = await bus.request('SuiteRequested', suiteId, { suite: 'mine' });
    const found = await bus.requestsOf(suiteId);
    expect(found.map(({ request }) => request)).toMatchObject([
      { name: 'SuiteCancelRequested', id: cancel.id, data: { reason: 'too early' } },
      { name: 'SuiteRequested', id: asked.id, suiteId, data: { suite: 'mine' } },
    ]);
    const [first, second] = found;
    expect(first?.request.sequence).toBeLessThan(second?.request.sequence ?? 0);
    // One machine, but not one reading of its clock.
    for (const { storedAt } of found) expect(Math.abs(storedAt - before)).toBeLessThan(60_000);
  });

  test('a request can be erased, also twice, and the others stay', async () => {
    const { bus, suiteId } = await setUp();
    await bus.request('SuiteRequested', suiteId, { suite: 'with a secret' });
    const kept = await bus.request('SuiteCancelRequested', suiteId, { reason: 'kept' });
    const [first] = await bus.requestsOf(suiteId);
    await bus.forgetRequest(first?.request.sequence ?? 0);
    await bus.forgetRequest(first?.request.sequence ?? 0);
    // A server says otherwise that a message outside of what the stream holds is not there.
    await bus.forgetRequest(1_000_000);
    expect((await bus.requestsOf(suiteId)).map(({ request }) => request.id)).toEqual([kept.id]);
  });

  test('strangers: JSON, YAML, structured mode, any case of header names, percent-encoding', async () => {
    const { requests, parked, send } = await setUp();
    const suite = { name: 'näme', list: [1, { a: true }] };
    const yaml = 'name: "n\\u00e4me"\nlist: &l\n  - 1\n  - a: true\n';
    const cloudEvent = { specversion: '1.0', id: 'id 1', type: TYPE, source: '/somebody', data: { suite } };
    await send(ce(), JSON.stringify({ suite }));
    await send(ce({ 'content-type': 'application/json; charset=utf-8' }), JSON.stringify({ suite }));
    await send(ce({ 'Content-Type': 'application/yaml' }), yaml);
    await send(ce({ 'CONTENT-TYPE': 'text/yaml' }), yaml);
    await send(
      { 'CE-SpecVersion': '1.0', 'Ce-Id': 'id 1', 'CE-TYPE': TYPE, 'ce-Source': '/somebody' },
      JSON.stringify({ suite }),
    );
    await send({ 'content-type': 'application/cloudevents+json' }, JSON.stringify(cloudEvent));
    await requests.until((items) => items.length + parked.items.length === 6);
    expect(parked.items).toEqual([]);
    const asText = requests.items.filter(
      (request) => 'suite' in request.data && typeof request.data.suite === 'string',
    );
    expect(asText.map(({ data }) => data)).toEqual([{ suite: yaml }, { suite: yaml }]);
    for (const request of requests.items) {
      const data = asText.includes(request) ? { suite: yaml } : { suite };
      expect(request).toMatchObject({ name: 'SuiteRequested', id: 'id 1', source: '/somebody', data });
    }
  });

  test('a suite of 100,000 levels arrives: whoever validates it says what is wrong with it', async () => {
    const { requests, parked, send } = await setUp();
    await send(ce(), `{"suite":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    await requests.until((items) => items.length + parked.items.length === 1);
    const [request] = requests.items;
    expect(request?.name === 'SuiteRequested' && Array.isArray(request.data.suite)).toBe(true);
  });

  test('what cannot be read is parked, told, and never echoed', async () => {
    const { suiteId, requests, parked, send, name } = await setUp();
    const yaml = { 'content-type': 'application/yaml' };
    const bad: [Record<string, string>, string | Uint8Array, string][] = [
      [ce(yaml), new Uint8Array([0xc3, 0x28]), 'SUITE_BINARY'],
      [ce({ ...yaml, 'ce-type': 'io.benchbus.suite.cancel-requested.v1' }), 'reason: x', 'CONTENT_TYPE_UNKNOWN'],
      [ce({ 'content-type': 'image/png' }), 'hunter2', 'CONTENT_TYPE_UNKNOWN'],
      [ce(), '{"password": hunter2}', 'MESSAGE_NOT_JSON'],
      [ce({ 'ce-type': 'io.benchbus.suite.exploded.v1' }), '{}', 'REQUEST_TYPE_UNKNOWN'],
      [ce(), '{"suite":{},"password":"hunter2"}', 'REQUEST_DATA_INVALID'],
      [{}, '{"suite":{}}', 'ENVELOPE_INVALID'],
      [{ 'content-type': 'application/cloudevents+json' }, '"hunter2"', 'ENVELOPE_INVALID'],
      [{ 'content-type': 'application/cloudevents+json' }, '{}', 'ENVELOPE_INVALID'],
    ];
    for (const [headers, body] of bad) await send(headers, body);
    await parked.until((letters) => letters.length === bad.length);
    const letters = parked.items.toSorted((a, b) => a.sequence - b.sequence);
    expect(letters.map((letter) => letter.problem.code)).toEqual(bad.map(([, , code]) => code));
    expect(letters.every((letter) => letter.subject === subjects.request(suiteId))).toBe(true);
    expect(JSON.stringify(letters.map((letter) => letter.problem))).not.toContain('hunter2');
    expect(requests.items).toEqual([]);
    const kept = (await harness().deadLetters()).filter((letter) =>
      letter.subject.startsWith(`dead.dispatcher.${name}.`),
    );
    expect(kept).toHaveLength(bad.length);
  });
}
