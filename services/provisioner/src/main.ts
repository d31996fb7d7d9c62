import { runService } from '@benchbus/service';
import { provisionerConfig } from './config.ts';
import { startProvisioner } from './start-provisioner.ts';

await runService({ name: 'provisioner', config: provisionerConfig, start: startProvisioner });
