import fc from 'fast-check';
import { expect, it } from 'vitest';
import { markerText, readMarker, type KeptFacts } from './kept-marker.ts';

const facts: KeptFacts = {
  ...{ installation: 'i', suite: 's', run: 'r', incarnation: 'log', copy: 'c' },
  ...{ image: 'postgres:17@sha256:abc', keptAt: '2026-06-01T12:00:00.000Z' },
};

it('a marker tells its facts', () => {
  expect(readMarker(`${markerText(facts)}\n`)).toEqual(facts);
});

it('a marker that was cut short, changed, or is of something else is none', () => {
  const text = markerText(facts);
  fc.assert(fc.property(fc.nat(text.length - 1), (end) => readMarker(text.slice(0, end)) === undefined));
  expect(readMarker(text.replace('"run":"r"', '"run":"x"'))).toBeUndefined();
  expect(readMarker('{"facts":{},"sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}')).toBe(
    undefined,
  );
});
