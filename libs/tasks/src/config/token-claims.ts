import type { Problem } from '@benchbus/suites';
import { z } from 'zod';

const claims = z.object({
  sub: z.string().min(1),
  server_url: z.string().min(1).optional(),
  grpc_broadcast_address: z.string().min(1).optional(),
});
/** What a token says of itself: its tenant (`sub`) and where its engine is. */
export type TokenClaims = z.infer<typeof claims>;

const VARIABLE = 'HATCHET_CLIENT_TOKEN';

const malformed = (message: string): Problem => ({
  code: 'HATCHET_CONFIG_TOKEN_MALFORMED',
  message: `${message} (value not shown)`,
  where: VARIABLE,
  hint: "copy the whole token from Hatchet's dashboard (Settings, API Tokens)",
});

/** Reads the claims of a JWT, without judging its signature: that is the engine's business. No problem quotes the token. */
export function tokenClaims(token: string): TokenClaims | Problem {
  const parts = token.split('.');
  if (parts.length !== 3 || parts.some((part) => part === ''))
    return malformed(`the token has ${parts.length} parts with dots between; a JWT has 3`);
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return malformed('the middle part of the token is not base64url of JSON');
  }
  const result = claims.safeParse(content);
  if (result.success) return result.data;
  const names = result.error.issues.map(({ path }) => path.join('.') || 'an object');
  return malformed(`the token lacks ${names.join(', ')}`);
}
