import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  Completion,
  type McpContext,
  Prompt,
  Resource,
  ResourceTemplate,
  type TemplateInput,
  Tool,
} from '../../src/mcp/index.js';
import { ERAS, type FeatureClient } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';

const PIXEL = 'iVBORw0KGgo=';
const ICON = { src: 'https://example.com/icon.png', mimeType: 'image/png', sizes: ['48x48'] };
const LANGUAGES = ['pascal', 'perl', 'php', 'python'];
const Review = z.object({ code: z.string().describe('What to review.'), language: z.string().optional() });

@Injectable()
class Library {
  @Resource({
    uri: 'docs://readme',
    name: 'readme',
    title: 'The readme',
    description: 'How to begin.',
    mimeType: 'text/markdown',
    size: 7,
    icons: [ICON],
    annotations: { audience: ['user'], priority: 0.5 },
    meta: { 'example.com/kind': 'text' },
  })
  readme(uri: URL) {
    return `# ${uri.hostname}`;
  }

  @Resource({ uri: 'docs://logo', name: 'logo', mimeType: 'image/png' })
  async logo() {
    return new Uint8Array(Buffer.from(PIXEL, 'base64'));
  }

  @Resource({ uri: 'docs://me', name: 'me' })
  me(_uri: URL, { principal }: McpContext) {
    return { subject: principal.subject };
  }

  @Resource({ uri: 'docs://two', name: 'two' })
  two() {
    return {
      contents: [
        { uri: 'docs://two/a', text: 'a' },
        { uri: 'docs://two/b', blob: PIXEL },
      ],
    };
  }

  @ResourceTemplate({ uriTemplate: 'users://{name}/files/{+path}', name: 'file', title: 'A file' })
  file({ uri, variables }: TemplateInput) {
    return variables['name'] === 'nobody' ? undefined : { href: uri.href, variables };
  }

  @Completion({ resourceTemplate: 'users://{name}/files/{+path}', argument: 'path' })
  paths(value: string, _context: McpContext, known: Readonly<Record<string, string>>) {
    return [`${value}of-${known['name'] ?? 'somebody'}`];
  }
}

@Injectable()
class Prompts {
  @Prompt({
    name: 'review',
    title: 'Code review',
    description: 'Reviews code.',
    argsSchema: Review,
    icons: [ICON],
  })
  review({ code, language = 'text' }: z.output<typeof Review>, { principal }: McpContext) {
    return `${principal.subject} wants this ${language} reviewed: ${code}`;
  }

  @Prompt({ name: 'show' })
  show() {
    return [
      { role: 'user' as const, content: { type: 'image' as const, data: PIXEL, mimeType: 'image/png' } },
      { role: 'assistant' as const, content: { type: 'audio' as const, data: PIXEL, mimeType: 'audio/wav' } },
      {
        role: 'user' as const,
        content: { type: 'resource' as const, resource: { uri: 'docs://readme', text: '# readme' } },
      },
    ];
  }

  @Completion({ prompt: 'review', argument: 'language' })
  @Completion({ prompt: 'review', argument: 'code' })
  languages(value: string) {
    return LANGUAGES.filter((name) => name.startsWith(value));
  }

  @Prompt({ name: 'count', argsSchema: z.object({ to: z.string() }) })
  count() {
    return 'count';
  }

  @Completion({ prompt: 'count', argument: 'to' })
  async numbers() {
    return Array.from({ length: 120 }, (_value, index) => String(index));
  }
}

@Injectable()
class Media {
  @Tool({
    name: 'media',
    description: 'Answers with everything.',
    title: 'Media',
    icons: [ICON],
    meta: { a: 1 },
  })
  media() {
    return {
      content: [
        { type: 'text', text: 'words' },
        { type: 'image', data: PIXEL, mimeType: 'image/png' },
        { type: 'audio', data: PIXEL, mimeType: 'audio/wav' },
        { type: 'resource', resource: { uri: 'docs://readme', text: '# readme' } },
        { type: 'resource_link', uri: 'docs://logo', name: 'logo' },
      ],
    };
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Library, Prompts, Media]);
});
afterAll(() => engine.close());

describe.each(ERAS)('in $era', ({ connect }) => {
  const ask = async <Answer>(question: (client: FeatureClient) => Promise<Answer>): Promise<Answer> => {
    const client = await connect(engine.origin, 'alice');
    try {
      return await question(client.sdk);
    } finally {
      await client.close();
    }
  };
  const read = (uri: string) => ask((client) => client.readResource({ uri }));

  it('the server says what it offers', async () => {
    const client = await connect(engine.origin, 'alice');
    expect(client.sdk.getServerCapabilities()).toMatchObject({
      tools: {},
      resources: {},
      prompts: {},
      completions: {},
    });
    await client.close();
  });

  it('resources are listed by their URIs, with all that describes them', async () => {
    const { resources } = await ask((client) => client.listResources());
    expect(resources).toEqual([
      { uri: 'docs://logo', name: 'logo', mimeType: 'image/png' },
      { uri: 'docs://me', name: 'me' },
      {
        uri: 'docs://readme',
        name: 'readme',
        title: 'The readme',
        description: 'How to begin.',
        mimeType: 'text/markdown',
        size: 7,
        icons: [ICON],
        annotations: { audience: ['user'], priority: 0.5 },
        _meta: { 'example.com/kind': 'text' },
      },
      { uri: 'docs://two', name: 'two' },
    ]);
  });

  it('resource templates are listed', async () => {
    const { resourceTemplates } = await ask((client) => client.listResourceTemplates());
    expect(resourceTemplates).toEqual([
      { uriTemplate: 'users://{name}/files/{+path}', name: 'file', title: 'A file' },
    ]);
  });

  it('a resource answers with text, bytes, JSON, or what it has put together itself', async () => {
    expect(await read('docs://readme')).toMatchObject({
      contents: [{ uri: 'docs://readme', mimeType: 'text/markdown', text: '# readme' }],
    });
    expect(await read('docs://logo')).toMatchObject({
      contents: [{ uri: 'docs://logo', mimeType: 'image/png', blob: PIXEL }],
    });
    expect(await read('docs://me')).toMatchObject({
      contents: [{ uri: 'docs://me', mimeType: 'application/json', text: '{"subject":"alice"}' }],
    });
    expect(await read('docs://two')).toMatchObject({
      contents: [
        { uri: 'docs://two/a', text: 'a' },
        { uri: 'docs://two/b', blob: PIXEL },
      ],
    });
  });

  it('a template hands its method the URI and the variables', async () => {
    const uri = 'users://bob/files/a/b%20c.txt';
    expect(await read(uri)).toMatchObject({
      contents: [
        { uri, text: JSON.stringify({ href: uri, variables: { name: 'bob', path: 'a/b%20c.txt' } }) },
      ],
    });
  });

  it('a template says that there is no such resource by returning nothing', async () => {
    await expect(read('users://nobody/files/a')).rejects.toMatchObject({ code: -32602 });
  });

  it('prompts are listed with their arguments', async () => {
    const { prompts } = await ask((client) => client.listPrompts());
    expect(prompts).toEqual([
      { name: 'count', arguments: [{ name: 'to', required: true }] },
      {
        name: 'review',
        title: 'Code review',
        description: 'Reviews code.',
        icons: [ICON],
        arguments: [
          { name: 'code', description: 'What to review.', required: true },
          { name: 'language', required: false },
        ],
      },
      { name: 'show' },
    ]);
  });

  it('a prompt receives its arguments and its caller', async () => {
    const answer = await ask((client) =>
      client.getPrompt({ name: 'review', arguments: { code: '1+1', language: 'perl' } }),
    );
    expect(answer).toMatchObject({
      description: 'Reviews code.',
      messages: [{ role: 'user', content: { type: 'text', text: 'alice wants this perl reviewed: 1+1' } }],
    });
  });

  it('a prompt carries images, audio and embedded resources', async () => {
    expect(await ask((client) => client.getPrompt({ name: 'show' }))).toMatchObject({
      messages: [
        { role: 'user', content: { type: 'image', data: PIXEL, mimeType: 'image/png' } },
        { role: 'assistant', content: { type: 'audio', data: PIXEL, mimeType: 'audio/wav' } },
        { role: 'user', content: { type: 'resource', resource: { uri: 'docs://readme', text: '# readme' } } },
      ],
    });
  });

  it('a tool is listed with icons, title and _meta, and answers with every kind of content', async () => {
    const { tools } = await ask((client) => client.listTools());
    expect(tools).toMatchObject([{ name: 'media', title: 'Media', icons: [ICON], _meta: { a: 1 } }]);
    const client = await connect(engine.origin, 'alice');
    expect(await client.callTool('media')).toMatchObject({
      isError: false,
      text: expect.stringContaining('words'),
    });
    await client.close();
  });

  it('arguments of prompts and variables of templates are completed', async () => {
    const languages = await ask((client) =>
      client.complete({
        ref: { type: 'ref/prompt', name: 'review' },
        argument: { name: 'language', value: 'p' },
      }),
    );
    expect(languages.completion).toEqual({ values: LANGUAGES, total: 4, hasMore: false });
    const paths = await ask((client) =>
      client.complete({
        ref: { type: 'ref/resource', uri: 'users://{name}/files/{+path}' },
        argument: { name: 'path', value: 'x-' },
        context: { arguments: { name: 'bob' } },
      }),
    );
    expect(paths.completion).toMatchObject({ values: ['x-of-bob'] });
  });

  it('a completion sends no more than a hundred values, and says that there are more', async () => {
    const { completion } = await ask((client) =>
      client.complete({ ref: { type: 'ref/prompt', name: 'count' }, argument: { name: 'to', value: '' } }),
    );
    expect(completion).toMatchObject({ total: 120, hasMore: true });
    expect(Reflect.get(completion, 'values')).toHaveLength(100);
  });

  it('what has no completion is completed with nothing', async () => {
    for (const [ref, name] of [
      [{ type: 'ref/prompt', name: 'review' }, 'nosuch'],
      [{ type: 'ref/resource', uri: 'users://{name}/files/{+path}' }, 'name'],
      [{ type: 'ref/resource', uri: 'docs://readme' }, 'name'],
    ] as const) {
      const { completion } = await ask((client) => client.complete({ ref, argument: { name, value: '' } }));
      expect(completion).toMatchObject({ values: [], hasMore: false });
    }
  });
});

it('a server without resources, prompts and completions does not offer them', async () => {
  const bare = await startEngine([Media]);
  for (const { connect } of ERAS) {
    const client = await connect(bare.origin, 'alice');
    for (const capability of ['resources', 'prompts', 'completions']) {
      expect(client.sdk.getServerCapabilities()).not.toHaveProperty(capability);
    }
    await client.close();
  }
  await bare.close();
});
