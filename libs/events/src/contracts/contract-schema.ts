import { z } from 'zod';
import type { Contract } from './contract.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (draft 7) of what others find in the log, or send. Unknown fields are not forbidden: a later benchbus may
 * add optional ones, and a reader is to ignore what it does not know.
 */
export function contractSchema({ name, type, channel, documentation, data }: Contract): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(data, {
    io: channel === 'request' ? 'input' : 'output',
    target: 'draft-7',
    reused: 'inline',
    unrepresentable: 'throw',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const described = { $schema, $id: `urn:benchbus:schema:${type}`, title: name, description: documentation.what };
  // What is left are plain JSON values, as they will be read from a file.
  return JSON.parse(JSON.stringify({ ...described, ...schema })) as JsonSchema;
}
