import { describe, expect, it } from 'vitest';
import type { AnyRecorded, Draft } from '../bus/recorded-event.ts';
import { anchorOf, anchorSpanId, appendSpanId, suiteTraceId, type Placed } from './anchors.ts';
import { linksOfDraft } from './append-span.ts';
import { originOfEvent, originOfRequest } from './origin.ts';
import { SuiteTraces } from './suite-traces.ts';
import { readTraceparent, traceparentOf } from './traceparent.ts';

const CLIENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const LOG = '7d6f8a3e-0000-4000-8000-000000000000';
const event = (subject: string, name: string, data = {}, correlation = 's') =>
  ({ id: 'e', name, subject, correlation, data, time: '' }) as AnyRecorded & Placed;
const request = (name: string, traceparent?: string) => ({ id: 'q', name, suiteId: 's', traceparent }) as never;

describe('anchors', () => {
  it.each([
    ['evt.suite.s', 'SuiteAccepted', {}, { suite: 's' }],
    ['evt.run.s-1-1', 'RunQueued', {}, { suite: 's', run: 's-1-1' }],
    ['evt.edge.s-1-1.pg', 'DatabaseReady', { attempt: 1 }, { suite: 's', run: 's-1-1' }],
    [
      'evt.run.s-1-1',
      'RunNetworkRequested',
      { attempt: 2 },
      { suite: 's', run: 's-1-1', stage: 'network', attempt: 2 },
    ],
    ['evt.artifact.a', 'ArtifactStored', { runId: 's-1-1' }, { suite: 's', run: 's-1-1' }],
    ['evt.pool.h.10-0-0-0_8', 'BlocksGranted', {}, { suite: 's' }],
    ['evt.pool.h.10-0-0-0_8', 'PoolDefined', {}, undefined],
    ['evt.host.h', 'HostAnnounced', {}, undefined],
  ])('%s, %s: what follows from it hangs on its run, or its suite', (subject, name, data, anchor) => {
    expect(anchorOf(event(subject, name, data))).toEqual(anchor);
  });

  it('have ids that every process knows, and no two the same', () => {
    const all = [{ suite: 's' }, { suite: 's', run: 's' }, { suite: 's', run: 's', stage: 'network', attempt: 1 }];
    expect(new Set(all.map(anchorSpanId)).size).toBe(3);
    for (const anchor of all) expect(anchorSpanId({ ...anchor })).toBe(anchorSpanId(anchor));
    expect(suiteTraceId(LOG, 's')).toMatch(/^[\da-f]{32}$/);
    expect(suiteTraceId(LOG, 's')).not.toBe(suiteTraceId('another', 's'));
  });
});

describe('the trace of a suite', () => {
  it('follows from its name, unless its client brought one: the first stays', () => {
    const traces = new SuiteTraces(LOG);
    expect(traces.contextOf({ suite: 's' }).traceId).toBe(suiteTraceId(LOG, 's'));
    originOfRequest(request('SuiteRequested', CLIENT), traces);
    traces.learn('s', CLIENT.replace('0af7', 'ffff'));
    expect(traces.contextOf({ suite: 's' }).traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(traceparentOf(traces.carriedBy({ suite: 's' }))).toBe(
      `00-0af7651916cd43dd8448eb211c80319c-${anchorSpanId({ suite: 's' })}-01`,
    );
  });

  it('is learned from its events, not from what a host says of itself', () => {
    const traces = new SuiteTraces(LOG);
    traces.learnFrom({ ...event('evt.host.h', 'HostAnnounced', {}, 'h'), traceparent: CLIENT } as AnyRecorded);
    expect(traces.knows('h')).toBe(false);
    traces.learnFrom({ ...event('evt.run.s-1-1', 'RunQueued'), traceparent: CLIENT } as AnyRecorded);
    expect(traces.knows('s')).toBe(true);
  });

  it('is nowhere while nobody traces', () => {
    expect(new SuiteTraces(LOG).carriedBy({ suite: 's' })).toBeUndefined();
  });

  it('takes up what is asked later, but not of suites that nobody knows', () => {
    const traces = new SuiteTraces(LOG);
    expect(originOfRequest(request('SuiteCancelRequested'), traces).parent).toBeUndefined();
    expect(originOfRequest(request('SuiteRequested'), traces).parent?.traceId).toBe(suiteTraceId(LOG, 's'));
    expect(originOfRequest(request('SuiteCancelRequested', CLIENT), traces).parent).toMatchObject({
      spanId: 'b7ad6b7169203331',
    });
  });

  it('has work hang on what it is about, and link to whoever appended the event', () => {
    const traces = new SuiteTraces(LOG);
    const { parent, links } = originOfEvent(event('evt.run.s-1-1', 'RunQueued'), traces);
    expect(parent?.spanId).toBe(anchorSpanId({ suite: 's', run: 's-1-1' }));
    expect(links.map(({ context }) => context.spanId)).not.toEqual([parent?.spanId]);
    expect(links).toHaveLength(1);
  });
});

it('a fact about several suites links to the traces of the others, and what follows of each links back to it', () => {
  const traces = new SuiteTraces(LOG);
  traces.learnFrom({ ...event('evt.run.b-1-1', 'RunQueued', {}, 'b'), traceparent: CLIENT } as AnyRecorded);
  const idsOf = (correlation: string, traced: Draft['traced']) =>
    linksOfDraft({ correlation, ...(traced === undefined ? {} : { traced }) }, traces).map(
      ({ context: { traceId, spanId } }) => `${traceId} ${spanId}`,
    );
  const [ofA, ofB] = [suiteTraceId(LOG, 'a'), '0af7651916cd43dd8448eb211c80319c'];
  expect(idsOf('a', { suites: ['a', 'b', 'b'] })).toEqual([`${ofB} ${anchorSpanId({ suite: 'b' })}`]);
  expect(idsOf('b', { after: { eventId: 'granted', suite: 'a' } })).toEqual([`${ofA} ${appendSpanId('granted')}`]);
  expect(idsOf('a', undefined)).toEqual([]);
});

it('reads W3C traceparents, and nothing else', () => {
  expect(traceparentOf(readTraceparent(CLIENT))).toBe(CLIENT);
  for (const wrong of [undefined, '', 'x', CLIENT.slice(1), `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])
    expect(readTraceparent(wrong)).toBeUndefined();
});
