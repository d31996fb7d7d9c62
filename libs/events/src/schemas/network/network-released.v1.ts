import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr, token } from '../values.ts';

export const networkReleasedV1 = defineEvent(
  'network',
  'NetworkReleased',
  1,
  "The block and the host's capacity are free again.",
  z.strictObject({ hostId: token.optional(), cidr: cidr.optional() }),
);
