import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeTemplate, PlaceholderError, placeholdersOf, resolvePlaceholders } from './placeholders.ts';
import type { PlaceholderValues } from './placeholders.ts';

const values: PlaceholderValues = {
  facts: { DATA_DIR: '/d', CONFIG_DIR: '/c', RUN_DIR: '/r', BIN_DIR: '/b', RUN_ID: 'run-1' },
  configOf: (node, process) => (node === 'pool' ? `/${node}/${process}` : undefined),
  credential: (name) => (name === 'superuser' ? 'abc' : undefined),
  secret: ({ secret, provider }) => `${provider ?? 'any'} ${secret} "'\\ ${'$'}{DATA_DIR}`,
};
const codeOf = (template: string, more: Partial<PlaceholderValues> = {}): string | undefined => {
  try {
    resolvePlaceholders(template, { ...values, ...more });
    return undefined;
  } catch (error) {
    return error instanceof PlaceholderError ? error.code : 'other';
  }
};

describe('placeholders', () => {
  it('stand for the facts of a process, other processes, credentials and secrets', () => {
    const template =
      '${DATA_DIR}:${CONFIG_DIR}:${RUN_DIR}:${BIN_DIR}:${RUN_ID}:${CONFIG_DIR:pool/pgbouncer}:${SECRET:superuser}';
    expect(resolvePlaceholders(template, values)).toBe('/d:/c:/r:/b:run-1:/pool/pgbouncer:abc');
    expect(resolvePlaceholders('$${RUN_ID}', values)).toBe('$run-1');
  });

  it('do not look again at what was put in', () => {
    expect(resolvePlaceholders('${SECRET_REF:env:a.b}', values)).toBe(`env a.b "'\\ ${'$'}{DATA_DIR}`);
    expect(placeholdersOf('${SECRET_REF:k}')).toEqual([{ kind: 'secret-ref', ref: { secret: 'k' } }]);
  });

  it.each([
    '${}',
    '${HOME}',
    '${DATA_DIR }',
    '${data_dir}',
    '${SECRET:}',
    '${SECRET:root}',
    '${SECRET_REF:}',
    '${SECRET_REF:vault:x}',
    '${CONFIG_DIR:pool}',
    '${CONFIG_DIR:pool/nginx}',
    '${DATA_DIR:pool/etcd}',
  ])('refuse %s, which is none', (template) => expect(codeOf(template)).toBe('PLACEHOLDER_UNKNOWN'));

  it.each(['${SECRET:replication}', '${CONFIG_DIR:other/etcd}'])('refuse %s, which has no value here', (template) =>
    expect(codeOf(template)).toBe('PLACEHOLDER_MISSING'),
  );

  it.each(["it's", 'a"b', 'a\\b', 'a\nb', 'a$b', 'a`b', 'a#b'])('refuse a folder that needs quoting: %j', (DATA_DIR) =>
    expect(codeOf('${DATA_DIR}', { facts: { DATA_DIR } })).toBe('PLACEHOLDER_UNSAFE'),
  );

  it('leave alone what is none: dollars, braces, an unclosed one', () => {
    for (const text of ['$', '$$', '$HOME', '{x}', '$ {x}', 'a ${DATA_DIR', '$(date +%s)', '%m $1'])
      expect(resolvePlaceholders(text, values)).toBe(text);
  });

  it('are never made of a value that is escaped, whatever it holds and stands beside', () => {
    const part = fc.oneof(fc.constantFrom('$', '{', '}', '${', '${DATA_DIR}', '${$}', 'x'), fc.string());
    const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (value) => {
        expect(resolvePlaceholders(escapeTemplate(value), values)).toBe(value);
        expect(resolvePlaceholders(`${escapeTemplate(value)}\n\${RUN_ID}`, values)).toBe(`${value}\nrun-1`);
      }),
    );
  });
});
