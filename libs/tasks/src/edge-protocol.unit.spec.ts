import { expect, it } from 'vitest';
import { EDGE_PROTOCOL, protocolMisfit, protocolsFit } from './edge-protocol.ts';

it.each([
  ['1.0', '1.9', true],
  ['1.0', '2.0', false],
  ['10.0', '1.0', false],
  ['1', '1.0', false],
  ['', '', false],
  [EDGE_PROTOCOL, EDGE_PROTOCOL, true],
])('%s and %s fit: %s', (one, other, fit) => {
  expect(protocolsFit(one, other)).toBe(fit);
});

it('says who speaks what, and what to do', () => {
  const runner = { who: 'edge runner of node pg', version: '3.0.0', protocol: '2.0' };
  const plane = { who: 'control plane', version: '1.0.0', protocol: '1.0' };
  expect(protocolMisfit(runner, plane)).toMatchObject({
    code: 'EDGE_PROTOCOL_MISFIT',
    message: 'edge runner of node pg 3.0.0 speaks protocol 2.0, control plane 1.0.0 speaks 1.0',
    hint: expect.stringContaining('--tag') as string,
  });
  expect(protocolMisfit(plane, plane)).toBeUndefined();
});
