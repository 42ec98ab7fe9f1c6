const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const blank = 0x20;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
/** Stands for what is nested, which is no id. */
const nested = Buffer.from('null');
/** No id, and no method's name, is longer. */
const keptBytes = 4096;

/**
 * Finds the id of a JSON-RPC request that is too long to keep, while its bytes go by.
 *
 * Some clients write the id first, some last, so the whole is looked at: only members of the outermost object count,
 * and what is nested in them is skipped. A message without a method is no request, and has no id to answer under.
 */
export class RequestIdScan {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private over = false;
  private isRequest = false;
  private id: string | number | undefined;
  private member: number[] = [];

  /** The id, once it is sure that this is a request. */
  get found(): string | number | undefined {
    return this.isRequest ? this.id : undefined;
  }

  /** True when nothing that follows can tell more. */
  get settled(): boolean {
    return this.over || this.found !== undefined;
  }

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.settled; at++) {
      // Most of a long message is a text in its parameters.
      if (this.inString && this.depth > 1) at = this.skipText(bytes, at);
      this.take(bytes[at] ?? blank);
    }
  }

  /** @returns where a text that nobody needs ends, or might */
  private skipText(bytes: Buffer, from: number): number {
    if (this.escaped) return from;
    let at = from;
    while (at < bytes.length && bytes[at] !== quote && bytes[at] !== backslash) at++;
    return at;
  }

  private take(byte: number): void {
    if (this.inString) {
      this.keep(byte);
      if (this.escaped) this.escaped = false;
      else if (byte === backslash) this.escaped = true;
      else if (byte === quote) this.inString = false;
    } else if (this.depth === 0) this.begin(byte);
    else if (byte === quote) {
      this.inString = true;
      this.keep(byte);
    } else if (byte === openBrace || byte === openBracket) this.depth++;
    else if (byte === closeBrace || byte === closeBracket) this.close();
    else if (byte === comma && this.depth === 1) this.endMember();
    else this.keep(byte);
  }

  private begin(byte: number): void {
    if (byte === openBrace) this.depth = 1;
    else this.over = byte > blank;
  }

  private close(): void {
    this.depth--;
    for (const byte of nested) this.keep(byte);
    if (this.depth > 0) return;
    this.endMember();
    this.over = true;
  }

  private keep(byte: number): void {
    if (this.depth === 1 && this.member.length <= keptBytes) this.member.push(byte);
  }

  private endMember(): void {
    const text = Buffer.from(this.member).toString('utf8');
    this.member = [];
    if (text.length > keptBytes) return;
    const { id, method } = parseMember(text);
    if (typeof id === 'string' || typeof id === 'number') this.id = id;
    if (typeof method === 'string') this.isRequest = true;
  }
}

function parseMember(text: string): { id?: unknown; method?: unknown } {
  try {
    return JSON.parse(`{${text}}`);
  } catch {
    return {};
  }
}
