import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM files of one certificate. */
export interface Pair {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes certificates in `folder` with the machine's openssl, valid for two days. */
export class Authority {
  readonly #folder: string;
  readonly #name: string;
  readonly ca: Pair;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.ca = this.#make('ca', ['-addext', 'basicConstraints=critical,CA:TRUE']);
  }

  /** @param altName `DNS:engine.test`, `IP:127.0.0.1` */
  issue(name: string, altName: string): Pair {
    const { certFile, keyFile } = this.ca;
    const constraints = ['-addext', 'basicConstraints=CA:FALSE', '-addext', `subjectAltName=${altName}`];
    return this.#make(name, ['-CA', certFile, '-CAkey', keyFile, ...constraints]);
  }

  #make(name: string, more: readonly string[]): Pair {
    const path = join(this.#folder, `${this.#name}-${name}`);
    const [certFile, keyFile] = [`${path}.pem`, `${path}.key`];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
    const subject = ['-subj', `/CN=${this.#name} ${name}`, '-days', '2', '-out', certFile];
    execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...more], { stdio: 'pipe' });
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }
}
