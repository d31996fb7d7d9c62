import type { SecretRef } from '../model/scalars.ts';
import type { CredentialName, ProcessKind } from './plan.ts';
import { credentialName, processKind } from './plan.ts';

/*
 * The templates of a plan (arguments, environment, file contents) hold what only the machine or the run knows as
 * placeholders:
 *
 *   ${DATA_DIR} ${CONFIG_DIR} ${RUN_DIR}   the process's own folders: data, generated files, sockets and pid files
 *   ${BIN_DIR}                             PostgreSQL's programs, of the version planned
 *   ${RUN_ID}                              the run's id
 *   ${CONFIG_DIR:<node>/<process>}         the configuration folder of another process of the run
 *   ${SECRET:<credential>}                 a credential derived for the run
 *   ${SECRET_REF:<name>}                   the operator's secret; ${SECRET_REF:env:<name>} or file: with its provider
 *   ${$}                                   a dollar sign: `${` in a value is written `${$}{`
 *
 * Everything else, a lone `$` or an unclosed `${` included, stands for itself.
 */
const PLACEHOLDER = /\$\{([^}]*)\}/g;

const FACTS = ['DATA_DIR', 'CONFIG_DIR', 'RUN_DIR', 'BIN_DIR', 'RUN_ID'] as const;
/** What a process knows of itself. */
export type Fact = (typeof FACTS)[number];

export type Placeholder =
  | { readonly kind: 'dollar' }
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'config-of'; readonly node: string; readonly process: ProcessKind }
  | { readonly kind: 'credential'; readonly name: CredentialName }
  | { readonly kind: 'secret-ref'; readonly ref: SecretRef };

/** What a process's placeholders stand for; what is absent is refused. */
export interface PlaceholderValues {
  readonly facts: Partial<Record<Fact, string>>;
  readonly configOf?: (node: string, process: ProcessKind) => string | undefined;
  readonly credential?: (name: CredentialName) => string | undefined;
  readonly secret?: (ref: SecretRef) => string | undefined;
}

export class PlaceholderError extends Error {
  readonly code: 'PLACEHOLDER_UNKNOWN' | 'PLACEHOLDER_MISSING' | 'PLACEHOLDER_UNSAFE';
  constructor(code: PlaceholderError['code'], name: string, why: string) {
    super(`\${${name}} ${why}`);
    this.name = 'PlaceholderError';
    this.code = code;
  }
}

/** A text that resolves to itself, whatever it contains. */
export const escapeTemplate = (text: string): string => text.replaceAll('${', '${$}{');

export const secretPlaceholder = (name: CredentialName): string => `\${SECRET:${name}}`;

export const secretRefPlaceholder = ({ secret, provider }: SecretRef): string =>
  provider === undefined ? `\${SECRET_REF:${secret}}` : `\${SECRET_REF:${provider}:${secret}}`;

export const configOfPlaceholder = (node: string, process: ProcessKind): string => `\${CONFIG_DIR:${node}/${process}}`;

function parse(name: string): Placeholder | undefined {
  if (name === '$') return { kind: 'dollar' };
  const fact = FACTS.find((each) => each === name);
  if (fact !== undefined) return { kind: 'fact', fact };
  const [, key = '', rest = ''] = /^([A-Z_]+):(.+)$/s.exec(name) ?? [];
  if (key === 'SECRET') {
    const known = credentialName.safeParse(rest);
    return known.success ? { kind: 'credential', name: known.data } : undefined;
  }
  if (key === 'CONFIG_DIR') {
    const [, node = '', kind] = /^([a-z][a-z0-9-]*)\/(.+)$/.exec(rest) ?? [];
    const process = processKind.safeParse(kind);
    return process.success ? { kind: 'config-of', node, process: process.data } : undefined;
  }
  if (key !== 'SECRET_REF') return undefined;
  const [, provider, secret] = /^(?:(env|file):)?([A-Za-z0-9_][A-Za-z0-9_.-]*)$/.exec(rest) ?? [];
  if (secret === undefined) return undefined;
  const named = provider === 'env' || provider === 'file' ? provider : undefined;
  return { kind: 'secret-ref', ref: { secret, ...(named === undefined ? {} : { provider: named }) } };
}

/** All placeholders of a template, in order. @throws PlaceholderError PLACEHOLDER_UNKNOWN */
export function placeholdersOf(template: string): Placeholder[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => known(name));
}

function known(name: string): Placeholder {
  const placeholder = parse(name);
  if (placeholder === undefined) throw new PlaceholderError('PLACEHOLDER_UNKNOWN', name, 'is no placeholder');
  return placeholder;
}

function valueOf(placeholder: Placeholder, values: PlaceholderValues): string | undefined {
  switch (placeholder.kind) {
    case 'dollar':
      return '$';
    case 'fact':
      return values.facts[placeholder.fact];
    case 'config-of':
      return values.configOf?.(placeholder.node, placeholder.process);
    case 'credential':
      return values.credential?.(placeholder.name);
    case 'secret-ref':
      return values.secret?.(placeholder.ref);
  }
}

/** Stands in quotes of any of the formats: YAML, postgresql.conf, ini, shell. */
const SAFE = /^[\w./:@%+=,~ -]*$/;

/**
 * A template with its values. What is put in is not looked at again.
 * @throws PlaceholderError PLACEHOLDER_UNKNOWN | PLACEHOLDER_MISSING | PLACEHOLDER_UNSAFE (a fact or a derived credential
 *   with a quote, a backslash, a line break: it would end the quotes around it; operators' secrets stand in the
 *   environment alone, and may be anything)
 */
export function resolvePlaceholders(template: string, values: PlaceholderValues): string {
  return template.replaceAll(PLACEHOLDER, (_match, name: string) => {
    const placeholder = known(name);
    const value = valueOf(placeholder, values);
    if (value === undefined) throw new PlaceholderError('PLACEHOLDER_MISSING', name, 'has no value here');
    if (placeholder.kind !== 'dollar' && placeholder.kind !== 'secret-ref' && !SAFE.test(value))
      throw new PlaceholderError('PLACEHOLDER_UNSAFE', name, 'has a value with characters that need quoting');
    return value;
  });
}
