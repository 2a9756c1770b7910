import {
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Req,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../auth/index.js';
import { bearerOf } from '../access/bearer.header.js';
import { InitialTokenGuard } from '../access/initial.token.guard.js';
import { type ClientInformation, ClientRegistrar } from '../client.registrar.js';
import { RegistrationLimits } from '../registration.limits.js';
import { readBody } from './body.reader.js';
import { RegistrationFilter } from './registration.filter.js';

/**
 * Dynamic client registration (RFC 7591) and its management (RFC 7592). At the root: one well-known client asks there,
 * whatever path the metadata name.
 */
@Controller('register')
@Public()
@UseFilters(RegistrationFilter)
export class RegistrationController {
  constructor(
    private readonly registrar: ClientRegistrar,
    private readonly limits: RegistrationLimits,
  ) {}

  @Post()
  @UseGuards(InitialTokenGuard)
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  async register(@Req() req: Request): Promise<ClientInformation> {
    await this.limits.attempt(req.ip);
    return this.registrar.register(await readBody(req), req.ip);
  }

  @Get(':clientId')
  @Header('Cache-Control', 'no-store')
  read(
    @Param('clientId') clientId: string,
    @Headers('authorization') header?: string,
  ): Promise<ClientInformation> {
    return this.registrar.read(clientId, bearerOf(header));
  }

  @Put(':clientId')
  @Header('Cache-Control', 'no-store')
  async update(@Param('clientId') clientId: string, @Req() req: Request): Promise<ClientInformation> {
    const token = bearerOf(req.headers.authorization);
    const client = await this.registrar.authenticate(clientId, token);
    return this.registrar.update(client, token, await readBody(req));
  }

  @Delete(':clientId')
  @HttpCode(204)
  @Header('Cache-Control', 'no-store')
  remove(@Param('clientId') clientId: string, @Headers('authorization') header?: string): Promise<void> {
    return this.registrar.remove(clientId, bearerOf(header));
  }
}
