import { EVENTS } from './catalog.ts';
import type { EventDefinition } from './define-event.ts';

const VERSIONED = /^(.+)\.v([1-9][0-9]{0,5})$/;

export type TypeLookup =
  | { readonly kind: 'known'; readonly definition: EventDefinition; readonly version: number }
  | { readonly kind: 'too-new'; readonly definition: EventDefinition; readonly version: number }
  | { readonly kind: 'unknown' };

/** Looks a CloudEvents `type` up; `definition` is always the newest known version of it. */
export type LookUpType = (type: string) => TypeLookup;

export function createTypeLookup(definitions: Iterable<EventDefinition>): LookUpType {
  const newest = new Map<string, EventDefinition>();
  for (const definition of definitions) newest.set(definition.type.replace(/\.v\d+$/, ''), definition);
  const lookUp: LookUpType = (type) => {
    const [, base = '', digits = ''] = VERSIONED.exec(type) ?? [];
    const definition = newest.get(base);
    if (definition === undefined) return { kind: 'unknown' };
    const version = Number(digits);
    return { kind: version > definition.version ? 'too-new' : 'known', definition, version };
  };
  // Asked for each event that is read; the types themselves are few.
  const known = new Map<string, TypeLookup>();
  return (type) => {
    const before = known.get(type);
    if (before !== undefined) return before;
    const found = lookUp(type);
    if (found.kind === 'known') known.set(type, found);
    return found;
  };
}

export const definitionOfType: LookUpType = createTypeLookup(Object.values(EVENTS) as EventDefinition[]);
