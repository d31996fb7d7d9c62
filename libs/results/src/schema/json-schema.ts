import { z } from 'zod';
import { resultV1 } from './result.v1.ts';

/** JSON Schema of result.v1.json. */
export const resultJsonSchema = (): object => ({
  title: 'benchbus result, version 1',
  ...z.toJSONSchema(resultV1, { target: 'draft-7', reused: 'inline', unrepresentable: 'throw' }),
});
