export { ToolsModule } from './tools.module.js';
export { WhoamiTool } from './whoami.tool.js';
