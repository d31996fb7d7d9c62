import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Workspace } from './workspace.ts';

const SECRET = 't1.canary-0123456789-canary-0123456789';
const workspace = new Workspace(
  { program: 'terraform', env: {}, secrets: [SECRET], timeoutMs: 1, graceMs: 1, installation: 'lab' },
  '/nowhere',
  'r1',
);
const outcome = { status: 1, events: [], stdout: '', stderr: '', stopped: undefined };

it('wherever a long text is cut, no part of a secret is left of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_900, max: 2_100 }), (length) => {
      const detail = 'x'.repeat(length) + SECRET + 'y'.repeat(length);
      const diagnostic = { kind: 'diagnostic', severity: 'error', summary: 'S', detail, address: undefined } as const;
      for (const one of [
        { ...outcome, events: [diagnostic] },
        { ...outcome, stderr: detail },
        { ...outcome, stdout: detail },
      ])
        expect(workspace.problemOf(one).message).not.toMatch(/canary|t1\.|0123|[0-9]/);
    }),
  );
});
