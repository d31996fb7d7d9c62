import { recordedLogs } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { artifactOf } from './artifact.ts';
import { retain, type Retention } from './retention.ts';

test.each(recordedLogs())('the artifacts of %s, and until when they are kept, are what they were', (_, events) => {
  const histories = Object.groupBy(
    events.filter(({ subject }) => subject.startsWith('evt.artifact.')),
    ({ subject }) => subject,
  );
  const artifacts = Object.entries(histories).map(([subject, history = []]) => ({ subject, ...artifactOf(history) }));
  const kept = events.reduce<Retention>(retain, new Map());
  expect({ artifacts, kept: [...kept.values()] }).toMatchSnapshot();
});
