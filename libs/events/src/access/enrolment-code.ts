import { createHash } from 'node:crypto';
import { BenchbusError } from '../bus/errors.ts';
import { newUserKey, userKeyOf, type KeyPair } from './key-pair.ts';

/**
 * What a node gets instead of secrets, one line of text: the seed of a NATS user of its own, made for this code alone
 * (256 random bits), and where the server wants one, the JWT that lets that user ask to be enrolled.
 */
export interface EnrolmentCode {
  readonly key: KeyPair;
  readonly jwt: string | undefined;
}

export const newCodeKey = (): KeyPair => newUserKey();

export const encodeEnrolmentCode = ({ key, jwt }: EnrolmentCode): string =>
  jwt === undefined ? key.seed : `${key.seed}.${jwt}`;

/** @throws BenchbusError ENROLMENT_CODE_INVALID; what was given is not shown */
export function decodeEnrolmentCode(text: string): EnrolmentCode {
  const at = text.indexOf('.');
  try {
    const key = userKeyOf(at < 0 ? text : text.slice(0, at));
    return { key, jwt: at < 0 ? undefined : text.slice(at + 1) };
  } catch {
    throw new BenchbusError(
      {
        code: 'ENROLMENT_CODE_INVALID',
        message: 'the enrolment code is not readable',
        where: 'BENCHBUS_ENROLMENT_CODE',
        hint: 'was it cut? It is one line',
      },
      { permanent: true },
    );
  }
}

/** Under which a code is known: its SHA-256, hexadecimal. The code itself is kept nowhere. */
export const enrolmentKey = (secret: string): string => createHash('sha256').update(secret).digest('hex');
