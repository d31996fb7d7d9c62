import { keptFilter, LABEL } from '@benchbus/docker';
import type { Engine } from '@benchbus/docker';
import type { KeptCopy, KeptStore } from '../app/kept-stores.ts';

/** Copies of loaded data that this installation keeps as volumes of an engine, whole or not: found by their labels alone. */
export class KeptVolumes implements KeptStore {
  readonly #engine: Engine;
  readonly #installation: string;

  constructor(engine: Engine, installation: string) {
    this.#engine = engine;
    this.#installation = installation;
  }

  async list(): Promise<KeptCopy[]> {
    const engine = this.#engine;
    const found = await engine.ask({ doing: 'list the volumes of kept data' }, () =>
      engine.docker.listVolumes({ filters: keptFilter(this.#installation) }),
    );
    return (found.Volumes ?? []).flatMap(({ Name, Labels }): KeptCopy[] => {
      const suiteId = (Labels as Readonly<Record<string, string>> | null)?.[LABEL.suite];
      if (suiteId === undefined) return [];
      return [{ suiteId, kind: 'volume', what: `volume ${Name}`, remove: () => this.#remove(Name) }];
    });
  }

  /** One that a container still copies from or to is refused: it is removed with its run's nodes, and this comes again. */
  async #remove(name: string): Promise<void> {
    const { docker } = this.#engine;
    await this.#engine.askIfThere({ doing: `remove volume ${name}` }, async () => {
      await docker.getVolume(name).remove();
    });
  }
}
