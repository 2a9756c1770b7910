import { Module } from '@nestjs/common';
import { RedisConnection, StorageModule } from '../storage/index.js';
import { SharedState } from './shared.state.js';

/** What the nodes of one deployment share. */
@Module({
  imports: [StorageModule],
  providers: [{ provide: SharedState, inject: [RedisConnection], useFactory: SharedState.over }],
  exports: [SharedState],
})
export class ClusterModule {}
