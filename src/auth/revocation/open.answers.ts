import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { type RevokedUser, userKey } from './revocations.js';

/** The answers that are under way, calls and streams alike, by user. No more than there are requests in flight. */
@Injectable()
export class OpenAnswers {
  private readonly byUser = new Map<string, Set<ServerResponse>>();

  track(user: RevokedUser, res: ServerResponse): void {
    const key = userKey(user);
    const open = this.byUser.get(key) ?? new Set();
    this.byUser.set(key, open.add(res));
    res.once('close', () => {
      open.delete(res);
      if (open.size === 0) this.byUser.delete(key);
    });
  }

  /** Cuts them off: a stream that has outlived its permission gets no end of its own. */
  cut(user: RevokedUser): void {
    for (const res of this.byUser.get(userKey(user)) ?? []) res.destroy();
  }
}
