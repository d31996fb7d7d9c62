import { it } from 'vitest';
import { CREATE, DESTROY, walkPods } from '../testing/docker-crash-walk.ts';
import { twoDockerScenes } from '../testing/two-docker-scenes.ts';

const scenes = twoDockerScenes();

it('a provisioner killed at every point of a create and of a destroy does each thing once', () =>
  walkPods(scenes, { create: CREATE, destroy: DESTROY }));
