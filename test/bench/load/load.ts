import { Child } from '../servers/child.js';
import { fileURLToPath } from 'node:url';
import type { LoadRequest } from './load.process.js';
import type { Load, LoadResult, Target } from './target.js';

/** The process that sends the load. */
export class LoadGenerator {
  private constructor(private readonly child: Child) {}

  static start(): LoadGenerator {
    return new LoadGenerator(
      Child.start(fileURLToPath(new URL('load.process.js', import.meta.url)), 1, { NODE_ENV: 'production' }),
    );
  }

  /** Opens connections and sessions, which stay until they are closed. */
  async open(key: string, target: Target): Promise<void> {
    await this.request({ do: 'open', key, target });
  }

  run(key: string, load: Load): Promise<LoadResult> {
    return this.request<LoadResult>({ do: 'run', key, load });
  }

  async close(key: string): Promise<void> {
    await this.request({ do: 'close', key });
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  private request<Result>(request: LoadRequest): Promise<Result> {
    return this.child.request<Result>(request);
  }
}
