import { z } from 'zod';
import { nativeSuite } from './native-suite.ts';

/** JSON Schema of the native dialect, for editors: what a file may say, before defaults and conversions. */
export function suiteJsonSchema(): object {
  return {
    title: 'benchbus suite',
    ...z.toJSONSchema(nativeSuite, { io: 'input', target: 'draft-7', reused: 'inline', unrepresentable: 'throw' }),
  };
}
