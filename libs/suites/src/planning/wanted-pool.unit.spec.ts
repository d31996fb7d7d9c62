import { expect, it } from 'vitest';
import type { Suite } from '../model/suite.ts';
import { wantedPool } from './wanted-pool.ts';

const docker = (networkCidr: string, networkPrefix: number) => ({
  docker: { networkName: 'n', edgeWorkerImage: 'i', networkCidr, networkPrefix },
});
const suite = (target: string, installation?: object): Suite => ({ settings: { target }, installation }) as never;

it("is the predecessor's range and prefix, as far as they make a pool", () => {
  expect(wantedPool(suite('docker', docker('172.28.0.0/16', 24)))).toEqual({ cidr: '172.28.0.0/16', blockPrefix: 24 });
  for (const [cidr, prefix] of [
    ['172.28.0.1/16', 24],
    ['nonsense', 24],
    ['172.28.0.0/16', 12],
    ['172.28.0.0/16', 31],
  ] as const)
    expect(wantedPool(suite('docker', docker(cidr, prefix))), `${cidr} ${prefix}`).toBeUndefined();
});

it('is its only one in the cloud, and none for other targets and native files', () => {
  expect(wantedPool(suite('yandex', { yandex: {} }))).toEqual({ cidr: '10.2.0.0/16', blockPrefix: 24 });
  expect(wantedPool(suite('local', docker('172.28.0.0/16', 24)))).toBeUndefined();
  for (const target of ['docker', 'yandex', 'local']) expect(wantedPool(suite(target))).toBeUndefined();
});
