import { createApp } from './app.js';
import { ConfigError, readConfig } from './config/index.js';

try {
  const config = readConfig();
  const app = await createApp(config);
  await app.listen(config.http.port, config.http.host);
  process.stdout.write(`MCP endpoint: ${config.http.publicUrl}/mcp\n`);
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exit(1);
}
