import { Module } from '@nestjs/common';
import { Config } from '../config/index.js';
import { RedisConnection } from './redis.connection.js';

/** What outlives a request, in Redis where `REDIS_URL` names one. */
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [Config],
      useFactory: ({ redis }: Config) => RedisConnection.to(redis),
    },
  ],
  exports: [RedisConnection],
})
export class StorageModule {}
