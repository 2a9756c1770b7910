import { Injectable } from '@nestjs/common';
import { UriTemplate } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResourceTemplate, type TemplateInput } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';

const CONTENTS = 'repo://{owner}/{repo}/contents{/path*}';
const EVENTS = 'events://list{?topic,limit}';
const NOTE = 'notes://{id}/résumé';

@Injectable()
class Templates {
  @ResourceTemplate({ uriTemplate: CONTENTS, name: 'contents' })
  contents({ variables }: TemplateInput) {
    return { variables };
  }

  @ResourceTemplate({ uriTemplate: EVENTS, name: 'events' })
  events({ variables }: TemplateInput) {
    return { variables };
  }

  @ResourceTemplate({ uriTemplate: NOTE, name: 'note' })
  note({ variables }: TemplateInput) {
    return { variables };
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Templates]);
});
afterAll(() => engine.close());

describe.each(ERAS)('in $era', ({ connect }) => {
  it.each<[string, Record<string, string | string[]>]>([
    [CONTENTS, { owner: 'o', repo: 'r' }],
    [CONTENTS, { owner: 'o', repo: 'r', path: 'a' }],
    [CONTENTS, { owner: 'o', repo: 'r', path: ['a', 'b', 'c'] }],
    [EVENTS, {}],
    [EVENTS, { topic: 'news' }],
    [EVENTS, { limit: '5' }],
    [EVENTS, { topic: 'news', limit: '5' }],
    [NOTE, { id: '42' }],
  ])('what the SDK expands %s to with %j is found', async (template, variables) => {
    const client = await connect(engine.origin, 'alice');
    const uri = new UriTemplate(template).expand(variables);
    const contents = [{ uri, mimeType: 'application/json', text: JSON.stringify({ variables }) }];
    expect(await client.sdk.readResource({ uri })).toMatchObject({ contents });
    await client.close();
  });

  it.each(['notes://42/r%c3%a9sum%c3%a9', 'notes://42/r%C3%A9sum%C3%A9', 'events://list?limit=5&topic=news'])(
    'the equivalent URI %s is found',
    async (uri) => {
      const client = await connect(engine.origin, 'alice');
      expect(await client.sdk.readResource({ uri })).toMatchObject({ contents: [{ uri }] });
      await client.close();
    },
  );
});
