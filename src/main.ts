import { createApp } from './app.js';
import { startServer } from './edge/index.js';

await startServer(createApp);
