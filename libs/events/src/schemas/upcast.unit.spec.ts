import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createDecoder } from '../envelope/decode.ts';
import { checkDraft, encodeEvent } from '../envelope/encode.ts';
import { hostLeft } from '../testing/samples.ts';
import { EVENTS } from './catalog.ts';
import { defineEvent } from './define-event.ts';
import { createTypeLookup, definitionOfType } from './definition-of-type.ts';
import { createUpcast, UPCASTERS } from './upcast.ts';

/** HostLeft as a later benchbus might have it: v2 split the reason, v3 added who said so. */
const hostLeftV3 = defineEvent(
  'host',
  'HostLeft',
  3,
  { what: 'A fictional third version.', when: 'Never' },
  z.strictObject({ code: z.string(), text: z.string(), by: z.string() }),
);
const upcast = createUpcast([
  { type: 'io.benchbus.host.left.v2', upcast: (data) => ({ ...(data as object), by: 'unknown' }) },
  { type: 'io.benchbus.host.left.v1', upcast: (data) => ({ code: 'OLD', text: (data as { reason: string }).reason }) },
]);

describe('upcasting', () => {
  test('chains from any version to the newest', () => {
    expect(upcast('io.benchbus.host.left.v1', { reason: 'x' })).toEqual({
      type: 'io.benchbus.host.left.v3',
      data: { code: 'OLD', text: 'x', by: 'unknown' },
    });
    expect(upcast('io.benchbus.host.left.v2', { code: 'C', text: 'x' }).data).toEqual({
      code: 'C',
      text: 'x',
      by: 'unknown',
    });
    expect(upcast('io.benchbus.host.left.v3', { a: 1 })).toEqual({ type: 'io.benchbus.host.left.v3', data: { a: 1 } });
  });

  test('a reader of the newest version reads what an old writer wrote', () => {
    const decode = createDecoder(createTypeLookup([hostLeftV3]), upcast);
    const draft = hostLeft('h', 'c', 'broken');
    const around = {
      source: '/s',
      time: '2026-01-01T00:00:00.000Z',
      counter: 1,
      prevHash: '',
      incarnation: crypto.randomUUID(),
    };
    const { headers, body, hash } = encodeEvent(checkDraft(draft), around);
    const event = decode({ subject: draft.subject, sequence: 7, headers, body });
    expect(event).toMatchObject({ name: 'HostLeft', type: 'io.benchbus.host.left.v3', hash });
    expect(event.data).toEqual({ code: 'OLD', text: 'broken', by: 'unknown' });
  });

  test('an older reader refuses a newer version by its own code', () => {
    const decode = createDecoder(definitionOfType, createUpcast(UPCASTERS));
    const draft = hostLeft('h', 'c');
    const around = {
      source: '/s',
      time: '2026-01-01T00:00:00.000Z',
      counter: 1,
      prevHash: '',
      incarnation: crypto.randomUUID(),
    };
    const { headers, body } = encodeEvent(checkDraft(draft), around);
    const newer = { ...headers, 'ce-type': 'io.benchbus.host.left.v2' };
    expect(() => decode({ subject: draft.subject, sequence: 1, headers: newer, body })).toThrow(
      expect.objectContaining({ code: 'EVENT_TYPE_TOO_NEW' }) as Error,
    );
  });
});

describe('looking a type up', () => {
  test('every event of the catalogue is found by its own type, and by no other', () => {
    const types = Object.values(EVENTS).map((definition) => definition.type);
    expect(new Set(types).size).toBe(types.length);
    for (const definition of Object.values(EVENTS))
      expect(definitionOfType(definition.type)).toMatchObject({ kind: 'known', definition });
  });

  test.each([
    '',
    'io.benchbus.host.left',
    'io.benchbus.host.left.v0',
    'io.benchbus.host.left.v01',
    'x.v1',
    'v1',
    '.v1',
    '__proto__.v1',
  ])('%j is unknown', (type) => {
    expect(definitionOfType(type).kind).toBe('unknown');
  });
});
