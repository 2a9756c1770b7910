import { Module } from '@nestjs/common';
import { McpNotifier } from './notifier.js';
import { SessionSubscriptions } from './server/session.subscriptions.js';

/** For modules whose tools tell clients that something has changed. */
@Module({
  providers: [McpNotifier, SessionSubscriptions],
  exports: [McpNotifier, SessionSubscriptions],
})
export class NotifierModule {}
