import { attach } from './attach.ts';
import { call, read } from './call.ts';
import type { Command } from './command.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { http } from './http.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import { stdio } from './stdio.ts';
import { stop } from './stop.ts';
import { tools } from './tools.ts';

/** Every command there is, in the order the help shows them. */
export const commands: readonly Command[] = [
  stdio,
  http,
  setup,
  doctor,
  tools,
  call,
  read,
  stop,
  attach,
  serve,
  demo,
];
