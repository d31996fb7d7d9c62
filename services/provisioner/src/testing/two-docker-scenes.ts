import { afterAll, beforeEach } from 'vitest';
import { fixtureImages, setDockerScene, whyNoDocker } from './docker-scene.ts';
import type { DockerScene } from './docker-scene.ts';

export interface TwoDockerScenes {
  scene: DockerScene;
  /** Another installation on the same engine, with a name that begins as ours does. */
  beside: DockerScene;
}

/** Sets the two for each test of the file, which is skipped where no engine answers; closes them after it. */
export function twoDockerScenes(): TwoDockerScenes {
  const fixtures = fixtureImages();
  const scenes = {} as TwoDockerScenes;
  beforeEach(async (context) => {
    const why = await whyNoDocker();
    if (why !== undefined) return context.skip(why);
    scenes.scene = await setDockerScene(fixtures.image());
    scenes.beside = await setDockerScene(fixtures.image());
    return async () => {
      await scenes.scene.close();
      await scenes.beside.close();
    };
  }, 180_000);
  afterAll(() => fixtures.remove());
  return scenes;
}
