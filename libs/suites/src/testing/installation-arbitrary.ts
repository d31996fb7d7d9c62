import fc from 'fast-check';
import type { InstallationSettings } from '../model/installation.ts';
import { secretRef, text } from './scalar-arbitraries.ts';

const texts = fc.array(text(12), { maxLength: 3 });
const anyText = fc.oneof(text(12), fc.constant(''));

const yandex = fc.record({
  provider: fc.record({ token: secretRef, cloudId: anyText, folderId: anyText, zone: anyText }),
  network: fc.record({ name: anyText, externalId: anyText }),
  vm: fc.record({
    baseImageId: anyText,
    enablePublicIps: fc.boolean(),
    platformId: anyText,
    user: fc.record({
      name: anyText,
      groups: texts,
      sshAuthorizedKeys: texts,
      sudoRules: texts,
      shell: anyText,
    }),
  }),
});

export const installationArbitrary: fc.Arbitrary<InstallationSettings> = fc.record(
  {
    hatchet: fc.record({ host: text(12), port: fc.integer({ min: 1, max: 65_535 }), token: secretRef }),
    docker: fc.record({
      networkName: text(12),
      edgeWorkerImage: text(12),
      networkCidr: anyText,
      networkPrefix: fc.nat(32),
    }),
    yandex,
  },
  { requiredKeys: [] },
);
