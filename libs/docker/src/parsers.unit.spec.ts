import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerEventOf } from './container-events.ts';
import { framesOf, textOfFrames } from './container-log.ts';
import { loginFor } from './credentials.ts';
import { engineAddress } from './engine-address.ts';
import { parseImage } from './image-reference.ts';
import { podEnvironment, readPod } from './pod-variables.ts';

const frame = (stream: 1 | 2, text: string): Buffer => {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
};

describe('the log of a container', () => {
  it('is cut into its frames, wherever the bytes are parted', () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.string()), { maxLength: 8 });
    fc.assert(
      fc.property(frames, fc.nat(), (written, at) => {
        const bytes = Buffer.concat(written.map(([stream, text]) => frame(stream, text)));
        const cut = bytes.length === 0 ? 0 : at % bytes.length;
        const first = framesOf(bytes.subarray(0, cut));
        const second = framesOf(Buffer.concat([first.rest, bytes.subarray(cut)]));
        const read = [...first.frames, ...second.frames].map(({ stream, text }) => [stream, text.toString()]);
        expect(read).toEqual(written.map(([stream, text]) => [stream === 2 ? 'stderr' : 'stdout', text]));
        expect(second.rest).toHaveLength(0);
      }),
    );
  });

  it('is one text of both streams', () => {
    expect(textOfFrames(Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n')]))).toBe('one\ntwo');
  });
});

describe('what the engine tells', () => {
  it('is read as an event of a container', () => {
    const Attributes = { name: 'benchbus-i-r-n.etcd', exitCode: '137', 'benchbus.node': 'n' };
    const line = JSON.stringify({ Action: 'die', timeNano: 5e6, Actor: { ID: 'abc', Attributes } });
    expect(containerEventOf(line)).toEqual({
      ...{ what: 'die', id: 'abc', name: 'benchbus-i-r-n.etcd', exitCode: 137, at: 5 },
      labels: Attributes,
    });
  });

  it.each(['', '{"Action":"st', '{}', '{"Action":"prune"}'])('is nothing in %j', (line) => {
    expect(containerEventOf(line)).toBeUndefined();
  });
});

describe('what a runner is told of its pod', () => {
  const pod = { pod: 'p', volume: 'v', cgroupParent: '/c', runnerImage: 'i' };

  it('is what whoever made the pod wrote', () => {
    expect(readPod(podEnvironment(pod))).toEqual(pod);
  });

  it.each(Object.keys(podEnvironment(pod)))('is refused without %s', (name) => {
    expect(() => readPod({ ...podEnvironment(pod), [name]: '' })).toThrow(new RegExp(`${name} is not set`));
  });
});

describe('an image name', () => {
  it.each([
    ['postgres:17', 'docker.io', 'library/postgres', '17'],
    ['edoburu/pgbouncer', 'docker.io', 'edoburu/pgbouncer', 'latest'],
    ['quay.io/coreos/etcd:v3.5.17', 'quay.io', 'coreos/etcd', 'v3.5.17'],
    ['localhost/a', 'localhost', 'a', 'latest'],
    ['r.example:5000/a/b:1', 'r.example:5000', 'a/b', '1'],
    ['r.example:5000/a/b', 'r.example:5000', 'a/b', 'latest'],
    ['postgres@sha256:00', 'docker.io', 'library/postgres', 'sha256:00'],
    ['index.docker.io/library/postgres:17', 'docker.io', 'library/postgres', '17'],
  ])('%s is of %s', (name, registry, repository, tag) => {
    expect(parseImage(name)).toEqual({ registry, repository, tag });
  });
});

describe("a Docker client's logins", () => {
  const auth = Buffer.from('user:pass:word').toString('base64');

  it('are read as base64, as words, or as an identity token', () => {
    const auths = {
      'https://index.docker.io/v1/': { auth },
      'r.example': { username: 'user', password: 'secret' },
      'https://t.example/v2/': { auth: Buffer.from('00000000-0000:').toString('base64'), identitytoken: 'token' },
    };
    expect(loginFor({ auths }, 'docker.io')).toEqual({
      ...{ serveraddress: 'https://index.docker.io/v1/', username: 'user', password: 'pass:word' },
    });
    expect(loginFor({ auths }, 'r.example')).toMatchObject({ username: 'user', password: 'secret' });
    expect(loginFor({ auths }, 't.example')).toMatchObject({ identitytoken: 'token' });
    expect(loginFor({ auths }, 'other.example')).toBeUndefined();
  });

  it('may be any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => void loginFor(JSON.parse(text), 'docker.io')));
  });
});

describe('DOCKER_HOST', () => {
  it.each([
    [{}, { socketPath: '/var/run/docker.sock' }],
    [{ DOCKER_HOST: 'unix:///tmp/d.sock' }, { socketPath: '/tmp/d.sock' }],
    [{ DOCKER_HOST: 'tcp://host:2375' }, { protocol: 'http', host: 'host', port: 2375 }],
    [{ DOCKER_HOST: 'tcp://[::1]' }, { protocol: 'http', host: '::1', port: 2375 }],
  ])('%j is %j', (env, options) => {
    expect(engineAddress(env).options).toEqual(options);
  });

  it.each([
    [{ DOCKER_HOST: 'nonsense' }, 'DOCKER_HOST'],
    [{ DOCKER_HOST: 'tcp://host', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nowhere' }, 'DOCKER_CERT_PATH'],
  ])('%j is refused at %s', (env, where) => {
    expect(() => engineAddress(env)).toThrow(expect.objectContaining({ code: 'DOCKER_HOST_INVALID', where }));
  });
});
