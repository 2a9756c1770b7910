import type { McpContext } from '../mcp.context.js';
import type { Elicit } from '../server/elicitation/elicitation.js';
import type { Task } from './task.js';
import { contextIn, handled } from './task.context.js';

/**
 * A call that becomes a task only when its first questions are answered: until then it asks within the request, as any
 * call does, and the handler runs again in each round; from then on it goes on where it stands.
 * @see https://modelcontextprotocol.io/seps/2663-tasks-extension (multi round-trip requests come before the task)
 */
export class LateTask {
  /** The task, as soon as there is one. */
  readonly begun: Promise<Task>;
  /** What the handler is told, before and after. */
  readonly context: McpContext;
  private begin: (task: Task) => void = () => undefined;
  private current: McpContext;
  private readonly controller = new AbortController();
  private readonly open: Set<string>;

  /** @param first the keys of the questions that come before the task */
  constructor(
    private readonly request: McpContext,
    private readonly first: readonly string[],
    private readonly create: () => Task,
  ) {
    this.open = new Set(first);
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
    this.current = request;
    request.signal.addEventListener('abort', this.onDisconnect, { once: true });
    if (request.signal.aborted) this.onDisconnect();
    this.context = {
      ...request,
      signal: this.controller.signal,
      progress: (...told) => this.current.progress(...told),
      log: (...entry) => this.current.log(...entry),
      // The overloads are those of the context the question is passed on to.
      elicit: ((...asked: Parameters<Elicit>) => handled(this.elicit(...asked))) as Elicit,
    };
  }

  private async elicit(...[key, question]: Parameters<Elicit>): Promise<unknown> {
    // The request knows the answers to its own questions for as long as the handler runs.
    const answer = await (this.first.includes(key) ? this.request : this.current).elicit(key, question);
    if (this.open.delete(key) && this.open.size === 0) this.becomeTask();
    return answer;
  }

  private becomeTask(): void {
    const task = this.create();
    // From here on the request is answered, and its end is not that of the work.
    this.request.signal.removeEventListener('abort', this.onDisconnect);
    task.signal.addEventListener('abort', () => this.controller.abort(task.signal.reason), { once: true });
    this.current = contextIn(task, this.request);
    this.begin(task);
  }

  private readonly onDisconnect = (): void => this.controller.abort(this.request.signal.reason);
}
