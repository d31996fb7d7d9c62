import { EVENTS } from '../schemas/catalog.ts';
import type { EventDefinition } from '../schemas/define-event.ts';
import { createTypeLookup } from '../schemas/definition-of-type.ts';
import { createUpcast, UPCASTERS, type Upcaster } from '../schemas/upcast.ts';
import { createDecoder, createTrustedDecoder, type DecodeEvent } from './decode.ts';
import { createCheckDraft, type CheckDraft } from './encode.ts';

/** The versions one build knows: which it reads, and which it writes. */
export interface Catalogue {
  readonly decode: DecodeEvent;
  /** Without schemas: for what was checked already. */
  readonly decodeTrusted: DecodeEvent;
  readonly checkDraft: CheckDraft;
}

/**
 * @param readable the newest version it reads of each event; older ones are upcast
 * @param written the version it writes of each event: the newest, but for the time between rolling out readers and writers
 */
export const createCatalogue = (
  readable: readonly EventDefinition[],
  upcasters: readonly Upcaster[],
  written: readonly EventDefinition[] = readable,
): Catalogue => ({
  decode: createDecoder(createTypeLookup(readable), createUpcast(upcasters)),
  decodeTrusted: createTrustedDecoder(createTypeLookup(readable), createUpcast(upcasters)),
  checkDraft: createCheckDraft(written),
});

/** What this version of benchbus knows. */
export const CATALOGUE: Catalogue = createCatalogue(Object.values(EVENTS), UPCASTERS);
