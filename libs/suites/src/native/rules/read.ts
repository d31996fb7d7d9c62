import type { FieldPath } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';

/** Rules read an untrusted document: what is not of its kind is undefined, and rules keep silent about it. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const whole = (value: unknown, otherwise: number): number | undefined =>
  value === undefined ? otherwise : typeof value === 'number' && Number.isInteger(value) ? value : undefined;

export const wrong = (path: FieldPath, text: string): Finding => ({ code: 'SUITE_INVALID_VALUE', path, text });
