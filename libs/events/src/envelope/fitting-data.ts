import { Ajv } from 'ajv';
import { z } from 'zod';

/** So many data of one schema are read by zod before it is compiled: a command that reads a few events does not pay for it. */
const WARM = 50;

/** Data → whether they fit a schema as they stand: nothing unknown in them, nothing missing, nothing left to default. */
export type Fits = (data: unknown) => boolean;

// Compiled in parts and as they come: that takes a third of the time, and a service that reads waits for it.
const ajv = new Ajv({
  strict: true,
  strictTypes: false,
  validateFormats: false,
  validateSchema: false,
  meta: false,
  keywords: ['x-unit'],
  inlineRefs: false,
  code: { optimize: false },
});

/** The patterns beside them say what formats do; one without is asked of zod alone. */
const saysAll = (schema: object): boolean => !/"format":(?!"[^"]*","pattern":)/.test(JSON.stringify(schema));

function compile(schema: z.ZodType): Fits {
  const options = { io: 'output', target: 'draft-7', reused: 'ref', unrepresentable: 'throw' } as const;
  const asJson = z.toJSONSchema(schema, options);
  return saysAll(asJson) ? ajv.compile(asJson) : () => false;
}

/**
 * What most data are, told many times faster than by zod: a replay asks it of each event. `false` only means that zod has
 * to say; `true` means that zod would take the data and change nothing (a test holds one against the other).
 */
export function createFits(schema: z.ZodType, warm = WARM): Fits {
  let compiled: Fits | undefined;
  let seen = 0;
  return (data) => {
    if (compiled === undefined) {
      seen += 1;
      if (seen <= warm) return false;
      compiled = compile(schema);
    }
    return compiled(data);
  };
}

const known = new WeakMap<z.ZodType, Fits>();

/** `createFits` once for each schema. */
export function fits(schema: z.ZodType, data: unknown): boolean {
  let ask = known.get(schema);
  if (ask === undefined) {
    ask = createFits(schema);
    known.set(schema, ask);
  }
  return ask(data);
}
