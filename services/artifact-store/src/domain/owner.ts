import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';

const owner = z.object({ runId: token, node: nodeName, name: z.string() });

/** Whose artifact a fact is about, of which no more may be readable than this; undefined where not even that is. */
export function ownerOf(body: Uint8Array): z.output<typeof owner> | undefined {
  try {
    return owner.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
}
