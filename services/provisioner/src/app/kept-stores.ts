import { within } from '@benchbus/service';
import type { Logger } from 'pino';

/** A copy of loaded data that a suite's runs share, or what a crash left of one. */
export interface KeptCopy {
  readonly suiteId: string;
  readonly kind: 'folder' | 'volume';
  /** For people: a path, or a volume's name. */
  readonly what: string;
  /** Again is nothing. @throws BenchbusError when it cannot be removed now */
  remove(): Promise<void>;
}

/** Where this installation's copies are: folders of this machine, volumes of an engine. */
export interface KeptStore {
  list(): Promise<readonly KeptCopy[]>;
}

/** An engine that hangs must not hold up the runs of other targets. */
const PATIENCE_MS = 5_000;

/** All of this host. One that cannot be asked now keeps nobody from the others. */
export class KeptStores implements KeptStore {
  readonly #stores: Set<KeptStore>;
  readonly #logger: Pick<Logger, 'warn'>;

  constructor(stores: readonly KeptStore[], logger: Pick<Logger, 'warn'>) {
    this.#stores = new Set(stores);
    this.#logger = logger;
  }

  /** One more is there from now on. */
  add(store: KeptStore): void {
    this.#stores.add(store);
  }

  async list(): Promise<readonly KeptCopy[]> {
    return (await Promise.all([...this.#stores].map((store) => this.#listOne(store)))).flat();
  }

  async #listOne(store: KeptStore): Promise<readonly KeptCopy[]> {
    try {
      const listed = await within(store.list(), PATIENCE_MS);
      if (listed !== 'late') return listed;
      this.#logger.warn(`kept data could not be listed within ${PATIENCE_MS} ms`);
    } catch (error) {
      this.#logger.warn({ err: error }, 'kept data could not be listed');
    }
    return [];
  }
}
