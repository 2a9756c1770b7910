import { Module } from '@nestjs/common';
import { LogtoModule } from '../../logto/index.js';
import { UserClaims } from './user.claims.js';

/** For tools that want to know their caller better than its token does. */
@Module({ imports: [LogtoModule], providers: [UserClaims], exports: [UserClaims] })
export class ClaimsModule {}
