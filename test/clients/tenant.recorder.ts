import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A grant that succeeded. */
export interface RecordedExchange {
  readonly kind: 'authorization_code' | 'refresh_token';
  readonly at: number;
}

/** Stands between everybody and the tenant, and records what clients do there. */
export interface TenantRecorder {
  readonly exchanges: readonly RecordedExchange[];
  close(): Promise<void>;
}

export async function startRecorder(port: number, tenantPort: number): Promise<TenantRecorder> {
  const exchanges: RecordedExchange[] = [];
  const server = createServer((req, res) => {
    void pass(req, res, tenantPort).then((kind) => {
      if (kind !== undefined) exchanges.push({ kind, at: Date.now() });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    exchanges,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** @returns what the client has obtained */
async function pass(
  req: IncomingMessage,
  res: ServerResponse,
  port: number,
): Promise<RecordedExchange['kind'] | undefined> {
  const { method = '', url = '', headers } = req;
  const body = await text(req);
  return new Promise((resolve) => {
    const onward = request({ host: '127.0.0.1', port, path: url, method, headers }, (response) => {
      const { statusCode = 502 } = response;
      res.writeHead(statusCode, response.headers);
      response.pipe(res);
      resolve(statusCode < 300 ? kindOf(method, url, body) : undefined);
    });
    onward.once('error', () => {
      res.destroy();
      resolve(undefined);
    });
    onward.end(body);
  });
}

function kindOf(method: string, url: string, body: string): RecordedExchange['kind'] | undefined {
  if (method !== 'POST' || url !== '/oidc/token') return undefined;
  const grant = new URLSearchParams(body).get('grant_type');
  return grant === 'authorization_code' || grant === 'refresh_token' ? grant : undefined;
}
