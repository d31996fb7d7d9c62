import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readRecordings } from '../contracts/frozen-files.ts';
import { EVENTS } from '../schemas/catalog.ts';
import { jsonOf } from './attributes.ts';
import { createFits } from './fitting-data.ts';

const recorded = [...readRecordings()]
  .flatMap(([, stored]) => stored)
  .flatMap((message) => {
    const definition = Object.values(EVENTS).find(({ type }) => type === message.headers['ce-type']);
    return definition === undefined ? [] : [{ definition, data: jsonOf(message) }];
  });
const fitsByName = new Map(Object.values(EVENTS).map(({ name, data }) => [name, createFits(data, 0)]));

type Holder = Record<string, unknown>;

/** Every place of a JSON value: what holds it, and its key there. */
function placesIn(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

const values = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1.5, 2 ** 53, '', 'x', '10.2.0.0/24', '300.1.1.1', '2026-02-30T00:00:00Z'),
  fc.constantFrom<unknown>([], {}, ['x'], { kind: 'postgres' }, { secret: 'x' }, { tool: 'pgbench' }),
  fc.jsonValue(),
);

describe('the compiled schemas', () => {
  test('take every recorded event', () => {
    expect(recorded.length).toBeGreaterThan(200);
    for (const { definition, data } of recorded)
      expect([definition.name, fitsByName.get(definition.name)?.(data)]).toEqual([definition.name, true]);
  });

  test('take nothing that zod refuses, or changes', () => {
    const change = fc.record({
      event: fc.constantFrom(...recorded),
      at: fc.nat(),
      how: fc.constantFrom('set', 'drop', 'add'),
      value: values,
    });
    fc.assert(
      fc.property(change, ({ event: { definition, data }, at, how, value }) => {
        const changed = structuredClone(data);
        const places = placesIn(changed);
        const place = places[at % Math.max(1, places.length)];
        if (place === undefined) return;
        if (how === 'drop') Reflect.deleteProperty(place.holder, place.key);
        else place.holder[how === 'add' ? `${place.key}More` : place.key] = value;
        // A second parse of what was printed: holes and undefined are no JSON.
        const read = JSON.parse(JSON.stringify(changed)) as unknown;
        if (fitsByName.get(definition.name)?.(read))
          expect(definition.data.safeParse(read)).toEqual({ success: true, data: read });
      }),
      { numRuns: 5_000 },
    );
  });

  test('are made when a schema was read often, and not for a format they cannot tell', () => {
    const later = createFits(z.strictObject({ a: z.string() }), 2);
    expect([{ a: 'x' }, { a: 'x' }, { a: 'x' }, { a: 1 }].map(later)).toEqual([false, false, true, false]);
    expect(createFits(z.strictObject({ at: z.url() }), 0)({ at: 'not a url' })).toBe(false);
  });
});
