import { send } from './raw.js';

export const TASKS = 'io.modelcontextprotocol/tasks';

/** A client of 2026-07-28 that knows tasks, and whom to ask besides. */
export const FOLLOWER = { elicitation: {}, extensions: { [TASKS]: {} } };

export interface TaskAnswer {
  readonly status: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A principal of the engine's tests, speaking the Tasks extension as it goes over the wire. */
export class TaskClient {
  private id = 0;

  constructor(
    private readonly origin: string,
    private readonly token: string,
    private readonly capabilities: object = FOLLOWER,
  ) {}

  async request(method: string, params: Record<string, unknown> = {}): Promise<TaskAnswer> {
    const name = params['taskId'] ?? params['name'];
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': this.capabilities,
    };
    const { status, text } = await send(`${this.origin}/mcp`, 'POST', this.token, {
      body: { jsonrpc: '2.0', id: ++this.id, method, params: { ...params, _meta: meta } },
      headers: {
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': method,
        ...(typeof name === 'string' && { 'Mcp-Name': name }),
      },
    });
    // What we sent was JSON-RPC, and the tests look closely at what came back.
    const { result, error } = JSON.parse(text) as TaskAnswer;
    return { status, ...(result && { result }), ...(error && { error }) };
  }

  call(name: string, args: Record<string, unknown> = {}, more: object = {}): Promise<TaskAnswer> {
    return this.request('tools/call', { name, arguments: args, ...more });
  }

  /** Calls a tool that becomes a task. */
  async start(name: string, args: Record<string, unknown> = {}, more: object = {}): Promise<string> {
    const { result, error } = await this.call(name, args, more);
    const taskId = result?.['taskId'];
    if (typeof taskId !== 'string')
      throw new Error(`${name} became no task: ${JSON.stringify(error ?? result)}`);
    return taskId;
  }

  get(taskId: string): Promise<TaskAnswer> {
    return this.request('tasks/get', { taskId });
  }

  update(taskId: string, inputResponses: Record<string, unknown>): Promise<TaskAnswer> {
    return this.request('tasks/update', { taskId, inputResponses });
  }

  cancel(taskId: string): Promise<TaskAnswer> {
    return this.request('tasks/cancel', { taskId });
  }

  /** Polls until the task is in the given status, or in any but `working`. */
  async reach(taskId: string, status?: string): Promise<Record<string, unknown>> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const { result, error } = await this.get(taskId);
      if (result === undefined) throw new Error(`tasks/get answered ${JSON.stringify(error)}`);
      if (status === undefined ? result['status'] !== 'working' : result['status'] === status) return result;
      if (Date.now() > deadline) throw new Error(`The task is ${String(result['status'])}, not ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Calls a tool that becomes a task and asks. */
  async startAsking(name: string): Promise<string> {
    const taskId = await this.start(name);
    await this.reach(taskId, 'input_required');
    return taskId;
  }
}
