import { attach } from './attach.ts';
import { call, prompt, read } from './call.ts';
import type { Command } from './command.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { exchange } from './exchange.ts';
import { http } from './http.ts';
import { prompts } from './prompts.ts';
import { resources } from './resources.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import { stdio } from './stdio.ts';
import { stop } from './stop.ts';
import { tools } from './tools.ts';

/** Every command there is, in the order the help shows them. */
export const commands: readonly Command[] = [
  stdio,
  http,
  exchange,
  setup,
  doctor,
  tools,
  resources,
  prompts,
  call,
  read,
  prompt,
  stop,
  attach,
  serve,
  demo,
];
