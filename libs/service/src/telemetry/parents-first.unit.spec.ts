import { context, trace, type Span } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { expect, it } from 'vitest';
import { ParentsFirst } from './parents-first.ts';

function traced(most?: number) {
  const out = new tracing.InMemorySpanExporter();
  const processor = new ParentsFirst(new tracing.SimpleSpanProcessor(out), most);
  const tracer = new tracing.BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test');
  const begin = (name: string, parent?: Span) =>
    tracer.startSpan(name, {}, parent === undefined ? undefined : trace.setSpan(context.active(), parent));
  return { begin, names: () => out.getFinishedSpans().map(({ name }) => name), processor };
}

it('holds spans back until their parents have ended, and hands those on first', () => {
  const { begin, names } = traced();
  const outer = begin('outer');
  const middle = begin('middle', outer);
  begin('inner', middle).end();
  begin('other', outer).end();
  middle.end();
  expect(names()).toEqual([]);
  const late = begin('late', outer);
  outer.end();
  expect(names()).toEqual(['outer', 'other', 'middle', 'inner']);
  const later = begin('later', late);
  later.end();
  begin('after the end', outer).end();
  expect(names()).toEqual(['outer', 'other', 'middle', 'inner', 'after the end']);
  late.end();
  expect(names().slice(-2)).toEqual(['late', 'later']);
});

it('sends nothing of a piece of work that is never ended', async () => {
  const { begin, names, processor } = traced();
  begin('child', begin('killed')).end();
  await processor.shutdown();
  expect(names()).toEqual([]);
});

it('leaves out what is too much, with all that hangs on it', () => {
  const { begin, names } = traced(2);
  const outer = begin('outer');
  const kept = begin('kept', outer);
  const left = begin('left out', outer);
  begin('below', left).end();
  left.end();
  kept.end();
  outer.end();
  begin('next').end();
  expect(names()).toEqual(['outer', 'kept', 'next']);
});
