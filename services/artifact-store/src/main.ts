import { runService } from '@benchbus/service';
import { configSchema } from './config.ts';
import { startArtifactStore } from './start-artifact-store.ts';

await runService({ name: 'artifact-store', config: configSchema, start: startArtifactStore });
