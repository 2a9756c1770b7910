import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  Completion,
  Prompt,
  Resource,
  ResourceTemplate,
  type TemplateInput,
  Tool,
  ToolError,
} from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS, type RpcPeer } from '../support/rpc.js';

@Injectable()
class Nobody implements CanActivate {
  canActivate(_context: ExecutionContext): boolean {
    return false;
  }
}

@Injectable()
class Picky implements PipeTransform {
  transform(): never {
    throw new BadRequestException('not like this');
  }
}

const SECRET = 'redis://:hunter2@redis:6379';
const circle: { self?: object } = {};
circle.self = circle;

@Injectable()
class Faults {
  @Resource({ uri: 'bad://tells', name: 'tells' })
  tells(): string {
    throw new ToolError('The file is being written, try later');
  }

  @Resource({ uri: 'bad://leaks', name: 'leaks' })
  leaks(): string {
    throw new Error(SECRET);
  }

  @Resource({ uri: 'bad://circle', name: 'circle' })
  circle() {
    return circle;
  }

  @Resource({ uri: 'bad://ready-circle', name: 'ready circle' })
  readyCircle() {
    return { contents: [circle] };
  }

  @Resource({ uri: 'bad://large-text', name: 'large text' })
  largeText() {
    return 'x'.repeat(4_194_305);
  }

  @Resource({ uri: 'bad://large-bytes', name: 'large bytes' })
  largeBytes() {
    return new Uint8Array(3_145_729);
  }

  @Resource({ uri: 'bad://large-list', name: 'large list' })
  largeList() {
    return { contents: [{ uri: 'bad://large-list', text: 'x'.repeat(4_194_305) }] };
  }

  @Prompt({ name: 'large' })
  large() {
    return 'x'.repeat(4_194_305);
  }

  @Resource({ uri: 'bad://hangs', name: 'hangs' })
  hangs() {
    return new Promise<string>(() => undefined);
  }

  @Resource({ uri: 'bad://guarded', name: 'guarded' })
  @UseGuards(Nobody)
  guarded() {
    return 'secret';
  }

  @ResourceTemplate({ uriTemplate: 'slow://{a}-{b}/end', name: 'slow' })
  slow({ variables }: TemplateInput) {
    return variables;
  }

  @Prompt({ name: 'leaks' })
  promptLeaks(): string {
    throw new Error(SECRET);
  }

  @Prompt({ name: 'tells' })
  promptTells(): string {
    throw new ToolError('Choose another day');
  }

  @Prompt({ name: 'args', argsSchema: z.object({ day: z.string().min(3), hour: z.string() }) })
  args() {
    return 'fine';
  }

  @Prompt({ name: 'picky' })
  @UsePipes(Picky)
  picky() {
    return 'never';
  }

  @Completion({ prompt: 'args', argument: 'day' })
  leakyCompletion(): string[] {
    throw new Error(SECRET);
  }

  @Tool({ name: 'tool', description: 'Is here.' })
  tool() {
    return 'here';
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Faults], { toolTimeoutMs: 300 });
});
afterAll(() => engine.close());

const MASKED = expect.stringMatching(/^Internal error \(ref [0-9a-f]{12}\)$/);

describe.each(RPC_ERAS)('in $era', ({ open }) => {
  let peer: RpcPeer;
  beforeEach(async () => {
    peer = await open(engine.origin, 'alice');
  });
  afterEach(() => peer.close());

  const read = async (uri: string) => (await peer.request('resources/read', { uri })).error;
  const complete = async (ref: object, name = 'day') =>
    (await peer.request('completion/complete', { ref, argument: { name, value: '' } })).error;

  it.each([
    'none://such',
    'bad://tells/further',
    'BAD://TELLS2',
    'slow://a/end',
    '__proto__://x',
    'constructor:x',
  ])('an unknown resource is refused with its URI: %s', async (uri) => {
    expect(await read(uri)).toEqual({ code: -32602, message: 'Resource not found', data: { uri } });
  });

  it('what is no URI is refused', async () => {
    expect(await read('not a uri')).toMatchObject({ code: -32602 });
    expect((await peer.request('resources/read', { uri: 5 })).error).toMatchObject({ code: -32602 });
    expect((await peer.request('resources/read')).error).toMatchObject({ code: -32602 });
  });

  it('a URI that is too long is refused without being echoed', async () => {
    expect(await read(`slow://${'a'.repeat(4_000)}`)).toEqual({
      code: -32602,
      message: 'The URI is longer than 2048 characters',
    });
  });

  it.each([
    `slow://${'-'.repeat(2_000)}`,
    `slow://${'a-'.repeat(1_000)}`,
    `slow://${'%2d'.repeat(600)}-/en`,
    `slow://${'../'.repeat(600)}`,
    `slow://${'\u{1F600}'.repeat(1_000)}`,
    `bad://tells?${'a=1&'.repeat(500)}`,
  ])('a hostile URI is answered at once (%#)', async (uri) => {
    const started = performance.now();
    expect(await read(uri)).toMatchObject({ code: -32602 });
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('a resource tells its caller what a ToolError says, and masks everything else', async () => {
    expect(await read('bad://tells')).toEqual({
      code: -32603,
      message: 'The file is being written, try later',
    });
    for (const uri of ['bad://leaks', 'bad://circle', 'bad://ready-circle']) {
      expect({ uri, error: await read(uri) }).toEqual({ uri, error: { code: -32603, message: MASKED } });
    }
  });

  it('a resource is given up when its time is over', async () => {
    expect(await read('bad://hangs')).toMatchObject({
      code: -32603,
      message: expect.stringContaining('0.3 s'),
    });
  });

  it('a resource runs behind its guard, a prompt behind its pipe', async () => {
    expect(await read('bad://guarded')).toEqual({ code: -32602, message: 'Forbidden resource' });
    expect((await peer.request('prompts/get', { name: 'picky', arguments: {} })).error).toEqual({
      code: -32602,
      message: 'not like this',
    });
  });

  it('an unknown prompt is refused, even under the name of an inherited property', async () => {
    for (const name of ['none', 'constructor', '__proto__']) {
      const { error } = await peer.request('prompts/get', { name });
      expect(error).toEqual({ code: -32602, message: `Unknown prompt: ${name}` });
    }
  });

  it('an unknown prompt is not named at length', async () => {
    const name = 'x'.repeat(4_000);
    const error = { code: -32602, message: `Unknown prompt: ${'x'.repeat(64)}...` };
    expect((await peer.request('prompts/get', { name })).error).toEqual(error);
    expect(await complete({ type: 'ref/prompt', name })).toEqual(error);
  });

  it('[row 123] a resource or a prompt that is too large says so, and how to go on', async () => {
    const words = /^Result too large: \d{7} bytes, and no more than 4194304 can be answered\. Ask for less: /;
    const error = { code: -32603, message: expect.stringMatching(words) };
    for (const kind of ['text', 'bytes', 'list']) expect(await read(`bad://large-${kind}`)).toEqual(error);
    expect((await peer.request('prompts/get', { name: 'large' })).error).toEqual(error);
  });

  it('wrong arguments of a prompt are named', async () => {
    const { error } = await peer.request('prompts/get', { name: 'args', arguments: { day: 'mo' } });
    expect(error).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/^Invalid arguments\. day: .+; hour: /),
    });
    expect((await peer.request('prompts/get', { name: 'args' })).error).toMatchObject({ code: -32602 });
    expect((await peer.request('prompts/get', { name: 'args', arguments: [] })).error).toMatchObject({
      code: -32602,
    });
  });

  it('a prompt tells its caller what a ToolError says, and masks everything else', async () => {
    expect((await peer.request('prompts/get', { name: 'tells' })).error).toEqual({
      code: -32603,
      message: 'Choose another day',
    });
    expect((await peer.request('prompts/get', { name: 'leaks' })).error).toEqual({
      code: -32603,
      message: MASKED,
    });
  });

  it('a completion of something unknown is refused, and a failing one is masked', async () => {
    expect(await complete({ type: 'ref/prompt', name: 'none' })).toEqual({
      code: -32602,
      message: 'Unknown prompt: none',
    });
    expect(await complete({ type: 'ref/resource', uri: 'none://{x}' })).toMatchObject({ code: -32602 });
    expect(await complete({ type: 'ref/other', uri: 'x' })).toMatchObject({ code: -32602 });
    expect(await complete({ type: 'ref/prompt', name: 'args' })).toEqual({ code: -32603, message: MASKED });
  });

  it.each(['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'])(
    '%s refuses a cursor it has not made',
    async (method) => {
      for (const cursor of ['', 'x', 'W10.x', `${'a'.repeat(20_000)}.b`, '.', 'bnVsbA.', 5]) {
        const { error } = await peer.request(method, { cursor });
        expect({ cursor, error }).toMatchObject({ cursor, error: { code: -32602 } });
      }
    },
  );
});
