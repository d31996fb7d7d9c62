import { z } from 'zod';

/** What a line of terraform's (or tofu's) `-json` output tells of a resource, or what went wrong. */
export type TerraformEvent =
  | {
      readonly kind: 'resource';
      /** `yandex_compute_instance.node["pg"]` */
      readonly address: string;
      readonly type: string;
      /** Of `for_each`. */
      readonly key: string | undefined;
      readonly action: 'create' | 'delete' | 'read' | 'update';
      readonly what: 'started' | 'done' | 'failed';
      /** Where it is known. */
      readonly id: string | undefined;
    }
  /** It has the state's lock, and works. */
  | { readonly kind: 'working' }
  | Diagnostic;

export interface Diagnostic {
  readonly kind: 'diagnostic';
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** Of the resource, where terraform says it. */
  readonly address: string | undefined;
}

const WHAT = { apply_start: 'started', apply_complete: 'done', apply_errored: 'failed' } as const;

const hookLine = z.object({
  type: z.enum(['apply_start', 'apply_complete', 'apply_errored']),
  hook: z.object({
    resource: z.object({
      addr: z.string(),
      resource_type: z.string(),
      resource_key: z.union([z.string(), z.number(), z.null()]).optional(),
    }),
    action: z.enum(['create', 'delete', 'read', 'update']),
    id_value: z.string().optional(),
  }),
});

const diagnosticLine = z.object({
  type: z.literal('diagnostic'),
  diagnostic: z.object({
    severity: z.enum(['error', 'warning']),
    summary: z.string(),
    detail: z.string().optional(),
    address: z.string().optional(),
  }),
});

/** All come after the lock, and before the first resource is touched. */
const workingLine = z.object({ type: z.enum(['refresh_start', 'planned_change', 'change_summary']) });

const line = z.union([hookLine, diagnosticLine, workingLine]);

/** One line → what it tells; undefined for the rest, and for lines that are no JSON: providers and plug-ins print, too. */
export function parseTerraformLine(text: string): TerraformEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // no JSON: nothing that is looked for
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) return undefined;
  if (parsed.data.type === 'diagnostic') {
    const { severity, summary, detail = '', address } = parsed.data.diagnostic;
    return { kind: 'diagnostic', severity, summary, detail, address };
  }
  if (!('hook' in parsed.data)) return { kind: 'working' };
  const { type, hook } = parsed.data;
  const { addr, resource_type, resource_key } = hook.resource;
  const key = resource_key === undefined || resource_key === null ? undefined : String(resource_key);
  const { action, id_value: id } = hook;
  return { kind: 'resource', address: addr, type: resource_type, key, action, what: WHAT[type], id };
}

export const errorsOf = (events: readonly TerraformEvent[]): Diagnostic[] =>
  events.filter((event) => event.kind === 'diagnostic').filter(({ severity }) => severity === 'error');
