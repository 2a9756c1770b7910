import { describe, expect, it } from 'vitest';
import { connectionPolicy } from './connection.policy.js';
import { type Connection, Connections } from './connections.js';

const POLICY = { limit: 8, kept: 2, spare: 2, perAddress: 4, perUnverifiedAddress: 2 };

/** Opens connections by name, and records which are closed for others. */
function start(policy = POLICY) {
  const connections = new Connections(policy);
  const closed: string[] = [];
  const open = (name: string, address: string | undefined, isVerified = false): Connection | undefined => {
    const connection = connections.open(address, isVerified, () => {
      closed.push(name);
    });
    return connection;
  };
  /** As many of one address as there is room for. */
  const flood = (address: string | undefined, isVerified = false): number => {
    let count = 0;
    while (count < 100 && open(`${address}${count}`, address, isVerified) !== undefined) count += 1;
    return count;
  };
  return { connections, closed, open, flood };
}

describe('the connections of a process', () => {
  it('are few for one address, more once a caller there is verified', () => {
    const { flood } = start();
    expect(flood('a')).toBe(2);
    expect(flood('b', true)).toBe(4);
  });

  it('are not counted by address behind a trusted proxy', () => {
    const { flood, open } = start();
    expect(flood(undefined, true)).toBe(8);
    expect(open('probe', 'a')).toBeDefined();
  });

  it('leave room for addresses of verified callers, however many others come', () => {
    const { flood, open } = start();
    for (const address of ['a', 'b', 'c']) expect(flood(address)).toBe(2);
    expect(open('alice', 'd', true)?.isSpare).toBe(false);
    expect(open('bob', 'e', true)?.isSpare).toBe(false);
  });

  it('give a spare place to an address with few, and take it from the one that has had it longest', () => {
    const { flood, open, closed } = start();
    for (const address of ['a', 'b', 'c']) flood(address);
    for (const name of ['first', 'second']) expect(open(name, name)?.isSpare).toBe(true);
    expect(closed).toEqual([]);
    expect(open('third', 'third')?.isSpare).toBe(true);
    expect(closed).toEqual(['first']);
  });

  it('leave their spare place when their caller turns out to be verified', () => {
    const { connections, flood, open, closed } = start();
    for (const address of ['a', 'b', 'c']) flood(address);
    const user = open('user', 'u');
    if (user === undefined) throw new Error('No place');
    connections.verify(user);
    for (const name of ['first', 'second', 'third']) open(name, name);
    expect(closed).toEqual(['first']);
  });

  it('are never more than the limit and the spare ones, whatever is verified', () => {
    const { connections, open, closed } = start();
    let count = 0;
    for (let n = 0; n < 100; n += 1) {
      const connection = open(`${n}`, `address ${n}`, n % 2 === 0);
      if (connection === undefined) continue;
      count += 1;
      connections.verify(connection);
    }
    expect(count - closed.length).toBe(POLICY.limit + POLICY.spare);
  });

  it('give their places back', () => {
    const { connections, flood, open } = start();
    for (let round = 0; round < 3; round += 1) {
      const opened = [open('1', 'a'), open('2', 'a'), open('3', 'b', true), open('4', undefined, true)];
      for (const connection of opened) {
        if (connection === undefined) throw new Error('No place');
        connections.verify(connection);
        connections.closed(connection);
      }
    }
    expect(flood('a')).toBe(2);
    expect(flood(undefined, true)).toBe(6);
  });
});

describe('the shares', () => {
  it.each([
    [768, undefined, { limit: 672, kept: 168, spare: 48, perAddress: 168, perUnverifiedAddress: 42 }],
    [
      65_024,
      undefined,
      { limit: 64_896, kept: 16_224, spare: 64, perAddress: 16_224, perUnverifiedAddress: 512 },
    ],
    [768, 100, { limit: 672, kept: 168, spare: 48, perAddress: 100, perUnverifiedAddress: 25 }],
    [5, undefined, { limit: 5, kept: 1, spare: 0, perAddress: 2, perUnverifiedAddress: 1 }],
    [1, undefined, { limit: 1, kept: 0, spare: 0, perAddress: 1, perUnverifiedAddress: 1 }],
    [768, 1_000_000, { limit: 672, kept: 168, spare: 48, perAddress: 672, perUnverifiedAddress: 168 }],
  ])('of %s connections with %s for one address', (max, perAddress, policy) => {
    expect(connectionPolicy(max, perAddress)).toEqual(policy);
  });

  it('of a system without a limit of open files bound one address', () => {
    expect(connectionPolicy()).toEqual(connectionPolicy(65_536));
  });
});
