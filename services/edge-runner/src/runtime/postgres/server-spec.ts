import type { Connection } from '@benchbus/suites';
import type { LocalUser } from '../process/local-user.ts';
import type { ServerConf } from './conf.ts';
import type { ServerFiles } from './server-files.ts';

/** Everything about one server to be set up. */
export interface ServerSpec {
  readonly bin: string;
  readonly files: ServerFiles;
  readonly conf: ServerConf;
  readonly connection: Connection;
  readonly password: string;
  readonly user: LocalUser;
  readonly attempt: number;
  /** Environment of every process, readable in /proc: whose they are. */
  readonly labels: Readonly<Record<string, string>>;
  /** Asked before each creating effect; throws if nothing may be created any more. */
  readonly mayCreate: () => Promise<void>;
  /** Hears which step begins. */
  readonly tell?: (step: string) => void;
}
