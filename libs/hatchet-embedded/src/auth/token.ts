import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export interface TokenClaims {
  /** Goes into `sub`; the SDK puts it into every REST path. */
  readonly tenantId: string;
  /** `host:port`. */
  readonly grpcAddress: string;
  /** Base URL of REST. */
  readonly restUrl: string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (text: string, secret: string): Buffer => createHmac('sha256', secret).update(text).digest();

/** A JWT (HS256) with the claims the SDK reads; only the engine with the same secret accepts it. */
export function createToken(claims: TokenClaims, secret: string): string {
  const body = {
    sub: claims.tenantId,
    server_url: claims.restUrl,
    grpc_broadcast_address: claims.grpcAddress,
    iat: Math.floor(Date.now() / 1_000),
    token_id: randomUUID(),
  };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(body)}`;
  return `${signed}.${sign(signed, secret).toString('base64url')}`;
}

/** Was the token made with this secret for this tenant? Never throws. */
export function isOwnToken(token: string, tenantId: string, secret: string): boolean {
  const [header, body, signature, ...rest] = token.split('.');
  if (!header || !body || !signature || rest.length > 0) return false;
  const expected = sign(`${header}.${body}`, secret);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { sub?: unknown };
  return claims.sub === tenantId;
}

/** The token of an `authorization` value, `Bearer` in any case (the SDK writes it small on gRPC). */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
}
