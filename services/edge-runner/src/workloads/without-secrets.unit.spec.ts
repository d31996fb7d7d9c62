import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hidingSecrets, withoutSecrets } from './without-secrets.ts';

describe('what a tool wrote', () => {
  it('loses the secrets wherever they lie and whatever the chunks; all else stays as it was', async () => {
    const secret = fc.constantFrom("pass'word", 'gr\u00fcn-geheim', 'quo"ted\\x', 'abcabcab');
    const piece = fc.oneof(fc.string({ maxLength: 6 }), secret, fc.constant('abca'));
    const size = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.uniqueArray(secret),
        size,
        async (pieces, secrets, of) => {
          const text = pieces.join('');
          const bytes = Buffer.from(text);
          const chunks = Array.from({ length: Math.ceil(bytes.length / of) }, (_, nth) =>
            bytes.subarray(nth * of, (nth + 1) * of),
          );
          const left = (await buffer(Readable.from(chunks).pipe(hidingSecrets(secrets)))).toString();
          for (const one of secrets) expect(left).not.toContain(one);
          if (!secrets.some((one) => text.includes(one))) expect(left).toBe(text);
          for (const one of secrets) expect(withoutSecrets(JSON.stringify({ one }), secrets)).toBe('{"one":"***"}');
        },
      ),
    );
  });

  it('that is no text stays as it is, and a secret of three letters is none', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x31, 0x31, 0x31]);
    expect(await buffer(Readable.from([bytes]).pipe(hidingSecrets(['111', 'secret'])))).toEqual(bytes);
  });
});
