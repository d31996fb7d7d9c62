import type { InstallationSettings } from '../model/installation.ts';
import type { OldSettings } from './suite-shape.ts';

type OldYandex = NonNullable<OldSettings['yandexCloud']>;

const NOBODY = { name: '', groups: [], sshAuthorizedKeys: [], shell: '' };

function yandex({ providerSettings, networkSettings, vmSettings }: OldYandex): InstallationSettings['yandex'] {
  const { vmUser: user, platformId, ...vm } = vmSettings;
  return {
    provider: providerSettings,
    network: networkSettings,
    vm: {
      ...vm,
      platformId: platformId || 'standard-v2',
      user: user === undefined ? { ...NOBODY, sudoRules: [] } : { ...user, sudoRules: [user.sudoRules] },
    },
  };
}

/** `settings` → what is kept of it for the record. */
export const toInstallation = ({ hatchetConnection, docker, yandexCloud }: OldSettings): InstallationSettings => ({
  hatchet: hatchetConnection,
  docker: {
    ...docker,
    networkCidr: docker.networkCidr || '172.28.0.0/16',
    networkPrefix: docker.networkPrefix || 24,
  },
  ...(yandexCloud === undefined ? {} : { yandex: yandex(yandexCloud) }),
});
