import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { sdk1Client } from '../shared/sdk1.client.mjs';

export const createClient = sdk1Client({ Client, Transport });
