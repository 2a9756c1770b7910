import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Drain } from './drain.js';
import { EdgeAdapter } from './edge.adapter.js';

/** Makes the drain of the adapter known to the rooms. Behind another adapter nothing ever drains. */
@Module({
  providers: [
    {
      provide: Drain,
      inject: [HttpAdapterHost],
      useFactory: ({ httpAdapter }: HttpAdapterHost) =>
        httpAdapter instanceof EdgeAdapter ? httpAdapter.drain : new Drain(),
    },
  ],
  exports: [Drain],
})
export class EdgeModule {}
