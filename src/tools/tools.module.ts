import { Module } from '@nestjs/common';
import { ClaimsModule } from '../auth/index.js';
import { WhoamiTool } from './whoami.tool.js';

/** The tools agents may call. To add one: write `src/tools/<name>.tool.ts` and name its class here. */
@Module({
  imports: [ClaimsModule],
  providers: [WhoamiTool],
})
export class ToolsModule {}
