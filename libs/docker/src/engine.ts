import Docker from 'dockerode';
import { BenchbusError } from '@benchbus/events';
import { engineProblem } from './domain/engine-problem.ts';
import type { EngineFailure, EngineRequest } from './domain/engine-problem.ts';
import type { EngineAddress } from './engine-address.ts';

type Failed = Error & { readonly statusCode?: number; readonly json?: { readonly message?: string } };

/** What dockerode's errors say. */
export function failureOf(error: unknown): EngineFailure {
  const { statusCode, json, message } = error as Failed;
  return { status: statusCode, message: (json?.message ?? message).trim() };
}

export const isGone = (error: unknown): boolean => (error as Failed).statusCode === 404;
/** It is so already: started, stopped, being removed. */
export const isSoAlready = (error: unknown): boolean =>
  (error as Failed).statusCode === 304 ||
  /removal of container .* is already in progress/i.test(failureOf(error).message);

/** One Docker engine. What it does not answer within `timeoutMs` counts as unreachable. */
export class Engine {
  readonly docker: Docker;
  readonly host: string;
  readonly #timeoutMs: number;

  constructor({ host, options }: EngineAddress, timeoutMs: number) {
    this.host = host;
    this.docker = new Docker(options);
    this.#timeoutMs = timeoutMs;
  }

  /** @throws BenchbusError of domain/docker-problems, with node and container */
  async ask<T>(request: Omit<EngineRequest, 'host'>, work: () => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${this.#timeoutMs} ms`)), this.#timeoutMs);
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      if (error instanceof BenchbusError) throw error;
      throw new BenchbusError(engineProblem(failureOf(error), { ...request, host: this.host }), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The same, but undefined where it is gone, or so already. */
  async askIfThere<T>(request: Omit<EngineRequest, 'host'>, work: () => Promise<T>): Promise<T | undefined> {
    return this.ask(request, async () => {
      try {
        return await work();
      } catch (error) {
        if (isGone(error) || isSoAlready(error)) return undefined;
        throw error;
      }
    });
  }

  answers(): Promise<boolean> {
    return this.ask({ doing: 'answer' }, () => this.docker.ping()).then(
      () => true,
      () => false,
    );
  }
}
