import fc from 'fast-check';
import type { Hardware, SecretRef } from '../model/scalars.ts';

/** Whole seconds, in milliseconds. */
export const seconds = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * 1000);

/** Up to ten years, in milliseconds. */
export const longTime = fc.integer({ min: 1, max: 3650 * 86_400_000 });

/** One line, of anything but control characters. */
export const text = (max: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: max }).filter((value) => /^\P{Cc}+$/u.test(value));

export const lines = fc.array(text(20), { minLength: 1, maxLength: 4 }).map((all) => all.join('\n'));

export const count = fc.integer({ min: 1, max: 10_000 });

export const absolutePath = fc.stringMatching(/^\/[a-z0-9_.-]{1,20}(\/[a-z0-9 ]{1,10})?$/);

export const secretRef: fc.Arbitrary<SecretRef> = fc.record(
  {
    secret: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}$/),
    provider: fc.constantFrom('env' as const, 'file' as const),
  },
  { requiredKeys: ['secret'] },
);

export const hardware: fc.Arbitrary<Hardware> = fc.record({
  cores: fc.oneof(
    fc.integer({ min: 1, max: 64 }),
    fc.integer({ min: 1, max: 640 }).map((tenths) => tenths / 10),
  ),
  memoryBytes: fc.oneof(
    fc.integer({ min: 0, max: 2 ** 40 }),
    fc.integer({ min: 1, max: 64 }).map((gb) => gb * 1e9),
  ),
  diskBytes: fc.integer({ min: 0, max: 2 ** 45 }),
});

/** Of a program; values are text or secrets. */
export const environment = fc
  .dictionary(
    fc.constantFrom('LANG', 'PGSSLMODE', '_X', 'K6_ITERATIONS', 'lower-case', 'K6.OUT'),
    fc.oneof(text(20), fc.constant(''), secretRef),
  )
  // A dictionary has no prototype, what is parsed has one.
  .map((entries) => ({ ...entries }));
